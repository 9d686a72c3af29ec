// What the parser makes of T-SQL: statements, and the expressions in them.
import type { SqlType } from '../model/types.ts'

export type Expression =
  | { kind: 'number'; text: string }
  | { kind: 'text'; value: string; unicode: boolean }
  | { kind: 'binary'; hex: string }
  | { kind: 'null' }
  | { kind: 'column'; path: string[] }
  | { kind: 'variable'; name: string }
  | { kind: 'arithmetic'; operator: Arithmetic; left: Expression; right: Expression }
  | { kind: 'negative'; operand: Expression }
  | { kind: 'case'; branches: { when: Condition; result: Expression }[]; otherwise: Expression | undefined }
  | { kind: 'cast'; operand: Expression; type: SqlType; failure: 'error' | 'null'; style?: number }
  /** `part` is the word that some functions of dates begin with: DATEADD(day, …). */
  | { kind: 'call'; name: string; arguments: Expression[]; part?: string | undefined }
  | Aggregate
  | { kind: 'subquery'; query: Query }
  /** The word DEFAULT in place of a value, in an INSERT or UPDATE. */
  | { kind: 'default' }

export type Arithmetic = '+' | '-' | '*' | '/' | '%'

/** A function of several rows: of a group, or with OVER of a window around each row. */
export interface Aggregate {
  kind: 'aggregate'
  name: string
  /** Empty for the star of COUNT(*). */
  arguments: Expression[]
  distinct: boolean
  /** WITHIN GROUP (ORDER BY …) */
  withinGroup: OrderItem[]
  over: Window | undefined
}

export interface Window {
  partitionBy: Expression[]
  orderBy: OrderItem[]
  frame: Frame | undefined
}

export interface Frame {
  unit: 'ROWS' | 'RANGE'
  /** `3 PRECEDING`, `CURRENT ROW`, `UNBOUNDED FOLLOWING`, … */
  from: string
  to: string
}

/** T-SQL has no boolean values: a condition stands in a WHERE, an ON, a WHEN or an IF, and nowhere else. */
export type Condition =
  | { kind: 'and' | 'or'; left: Condition; right: Condition }
  | { kind: 'not'; operand: Condition }
  | { kind: 'comparison'; operator: Comparison; left: Expression; right: Expression }
  | { kind: 'is null'; operand: Expression; negated: boolean }
  | { kind: 'in'; operand: Expression; among: Expression[] | Query; negated: boolean }
  | {
      kind: 'like'
      operand: Expression
      pattern: Expression
      escapeWith: Expression | undefined
      negated: boolean
    }
  | { kind: 'exists'; query: Query }

export type Comparison = '=' | '<>' | '<' | '>' | '<=' | '>='

export interface OrderItem {
  by: Expression
  descending: boolean
}

export interface Query {
  kind: 'query'
  /** WITH … AS (…): tables that exist for this query only. */
  with: CommonTable[]
  body: QueryBody
  orderBy: OrderItem[]
  offset: Expression | undefined
  fetch: Expression | undefined
  forJson: ForJson | undefined
  /** How many steps its common table expressions may take: OPTION (MAXRECURSION …). */
  mostSteps: number
}

/** FOR JSON PATH */
export interface ForJson {
  root: string | undefined
  includeNulls: boolean
  withoutArray: boolean
}

export interface CommonTable {
  name: string
  columns: string[]
  query: Query
}

export type QueryBody = Specification | Combination

/** One SELECT, without what belongs to the query as a whole. */
export interface Specification {
  kind: 'specification'
  distinct: boolean
  top: Expression | undefined
  items: SelectItem[]
  /** The new table of SELECT … INTO. */
  into: string[] | undefined
  from: Source | undefined
  where: Condition | undefined
  groupBy: Expression[]
  having: Condition | undefined
}

export interface Combination {
  kind: 'combination'
  operator: 'UNION' | 'UNION ALL' | 'INTERSECT' | 'EXCEPT'
  left: QueryBody
  right: QueryBody
}

export type SelectItem =
  | { kind: 'star'; qualifier: string[] }
  | { kind: 'item'; value: Expression; alias: string | undefined }
  | { kind: 'assignment'; variable: string; value: Expression }

export type Source =
  | { kind: 'table'; path: string[]; alias: string | undefined }
  | { kind: 'derived'; query: Query; alias: string; columns: string[] }
  | { kind: 'rows'; rows: Expression[][]; alias: string; columns: string[] }
  | TableFunction
  | { kind: 'join'; join: Join; left: Source; right: Source; on: Condition | undefined }

/** All but CROSS and APPLY have a condition. */
export type Join = 'INNER' | 'LEFT' | 'RIGHT' | 'FULL' | 'CROSS' | 'CROSS APPLY' | 'OUTER APPLY'

/** A function that gives rows: OPENJSON, STRING_SPLIT. */
export interface TableFunction {
  kind: 'function'
  name: string
  arguments: Expression[]
  /** WITH (…), behind OPENJSON */
  schema: JsonColumn[]
  alias: string | undefined
  columns: string[]
}

export interface JsonColumn {
  name: string
  type: SqlType
  path: string | undefined
  isJson: boolean
}

export interface ColumnDefinition {
  name: string
  type: SqlType
  nullable: boolean
  /** The numbers that the database gives to new rows. */
  identity?: Identity | undefined
}

export interface Identity {
  seed: bigint
  increment: bigint
}

export interface KeyDefinition {
  kind: 'key'
  name: string | undefined
  primary: boolean
  /** Made by CREATE INDEX, not by a constraint. */
  isIndex?: true
  columns: string[]
  /** Those that an index holds without being sorted by them. */
  included?: string[]
  clustered?: boolean
}

/** An index that is only there for speed. */
export interface IndexDefinition {
  kind: 'index'
  name: string
  columns: string[]
  /** Those that an index holds without being sorted by them. */
  included?: string[]
  clustered?: boolean
}

export interface CheckDefinition {
  kind: 'check'
  name: string | undefined
  /** The condition as it was written: it is parsed again where it is checked. */
  condition: string
}

export interface DefaultDefinition {
  kind: 'default'
  name: string | undefined
  column: string
  /** As it was written. */
  value: string
}

export interface ForeignKeyDefinition {
  kind: 'foreign key'
  name: string | undefined
  columns: string[]
  references: {
    table: string[]
    /** None for those of the primary key. */
    columns: string[]
  }
  cascades: boolean
}

export type ConstraintDefinition = KeyDefinition | CheckDefinition | DefaultDefinition | ForeignKeyDefinition

/** What GRANT, DENY and REVOKE are about: an object, a schema, or with neither the whole database. */
export interface Securable {
  class: 'object' | 'schema' | 'database'
  path: string[]
}

/** A statement, how it was written, and where in the batch it begins. */
export type Statement = Parsed & { text: string; start: number }

export type Parsed =
  | { kind: 'select'; query: Query; into: string[] | undefined }
  | {
      kind: 'insert'
      table: string[]
      columns: string[]
      output: SelectItem[]
      /** DEFAULT VALUES is one row without values. */
      rows: Expression[][] | Query
    }
  | {
      /** What drivers send before the rows of a bulk load. */
      kind: 'insert bulk'
      table: string[]
      columns: { name: string; type: SqlType }[]
      options: BulkOption[]
    }
  | {
      kind: 'update'
      table: string[]
      changes: ColumnChange[]
      output: SelectItem[]
      from: Source | undefined
      where: Condition | undefined
    }
  | {
      kind: 'delete'
      table: string[]
      output: SelectItem[]
      from: Source | undefined
      where: Condition | undefined
    }
  | {
      kind: 'create table'
      table: string[]
      columns: ColumnDefinition[]
      constraints: ConstraintDefinition[]
    }
  | { kind: 'drop table'; tables: string[][]; ifExists: boolean }
  | { kind: 'create view'; how: 'CREATE' | 'ALTER' | 'CREATE OR ALTER'; view: View }
  | { kind: 'drop view'; views: string[][]; ifExists: boolean }
  | { kind: 'truncate table'; table: string[] }
  | { kind: 'alter table'; table: string[]; change: TableChange }
  | { kind: 'create index'; table: string[]; index: KeyDefinition | IndexDefinition }
  | { kind: 'drop index'; table: string[]; index: string; ifExists: boolean }
  | { kind: 'create user'; name: string; sid: string; type: string }
  | { kind: 'drop user'; name: string; ifExists: boolean }
  | {
      kind: 'permission'
      action: 'GRANT' | 'DENY' | 'REVOKE'
      permissions: string[]
      on: Securable
      users: string[]
    }
  | { kind: 'begin'; name: string | undefined }
  | { kind: 'commit' }
  /** To a savepoint, if one has that name. */
  | { kind: 'rollback'; name: string | undefined }
  | { kind: 'save'; name: string }
  | { kind: 'declare'; variables: { name: string; type: SqlType; value: Expression | undefined }[] }
  | { kind: 'set variable'; name: string; value: Expression }
  | { kind: 'set option'; option: string; value: string }
  | { kind: 'set identity insert'; table: string[]; on: boolean }
  | { kind: 'if'; condition: Condition; onTrue: Statement; onFalse: Statement | undefined }
  | { kind: 'while'; condition: Condition; body: Statement }
  | { kind: 'break' | 'continue' | 'return' }
  | { kind: 'block'; statements: Statement[] }
  | { kind: 'try'; body: Statement[]; handler: Statement[] }
  /** Without an error, the one that is being handled. */
  | { kind: 'throw'; error: { number: Expression; message: Expression; state: Expression } | undefined }
  | { kind: 'raiserror'; message: Expression; severity: Expression; state: Expression; values: Expression[] }
  | { kind: 'print'; message: Expression }

export type BulkOption = 'CHECK_CONSTRAINTS' | 'FIRE_TRIGGERS' | 'KEEP_NULLS' | 'TABLOCK'

export interface ColumnChange {
  column: string
  /** The sign in front of the =, as in `SET Amount += 1`. */
  operator: Arithmetic | undefined
  value: Expression
}

export interface View {
  path: string[]
  /** None for those of the query. */
  columns: string[]
  query: Query
  /** The query as it was written, and with it the columns. */
  text: string
}

/** What one ALTER TABLE does. */
export type TableChange =
  | { kind: 'add'; columns: AddedColumn[]; constraints: ConstraintDefinition[] }
  | { kind: 'drop constraint'; names: string[]; ifExists: boolean }
  | { kind: 'drop column'; names: string[]; ifExists: boolean }

export interface AddedColumn extends ColumnDefinition {
  /** WITH VALUES: the rows that are there get the default too, though NULL is allowed. */
  withValues: boolean
}
