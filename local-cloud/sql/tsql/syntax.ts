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
  | { kind: 'cast'; operand: Expression; type: SqlType; failure: 'error' | 'null' }
  | { kind: 'call'; name: string; arguments: Expression[] }
  | Aggregate
  | { kind: 'subquery'; query: Query }

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
  | { kind: 'join'; join: Join; left: Source; right: Source; on: Condition | undefined }

/** All but CROSS have a condition. */
export type Join = 'INNER' | 'LEFT' | 'RIGHT' | 'FULL' | 'CROSS'

export interface ColumnDefinition {
  name: string
  type: SqlType
  nullable: boolean
}

export interface KeyDefinition {
  name: string | undefined
  primary: boolean
  columns: string[]
}

/** What GRANT, DENY and REVOKE are about: an object, a schema, or with neither the whole database. */
export interface Securable {
  class: 'object' | 'schema' | 'database'
  path: string[]
}

/** A statement, and how it was written. */
export type Statement = Parsed & { text: string }

export type Parsed =
  | { kind: 'select'; query: Query }
  | { kind: 'insert'; table: string[]; columns: string[]; rows: Expression[][] | Query }
  | {
      kind: 'update'
      table: string[]
      changes: { column: string; value: Expression }[]
      where: Condition | undefined
    }
  | { kind: 'delete'; table: string[]; where: Condition | undefined }
  | { kind: 'create table'; table: string[]; columns: ColumnDefinition[]; keys: KeyDefinition[] }
  | { kind: 'drop table'; tables: string[][]; ifExists: boolean }
  | { kind: 'create user'; name: string; sid: string; type: string }
  | { kind: 'drop user'; name: string; ifExists: boolean }
  | {
      kind: 'permission'
      action: 'GRANT' | 'DENY' | 'REVOKE'
      permissions: string[]
      on: Securable
      users: string[]
    }
  | { kind: 'begin' | 'commit' | 'rollback' }
  | { kind: 'declare'; variables: { name: string; type: SqlType; value: Expression | undefined }[] }
  | { kind: 'set variable'; name: string; value: Expression }
  | { kind: 'set option'; option: string; value: string }
  | { kind: 'if'; condition: Condition; onTrue: Statement; onFalse: Statement | undefined }
  | { kind: 'block'; statements: Statement[] }
