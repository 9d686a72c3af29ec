// Translates a common table expression that names itself: its first part gives the rows to start from, its second the
// rows that follow from those of the step before.
// https://learn.microsoft.com/sql/t-sql/queries/with-common-table-expression-transact-sql
import { SqlError } from '../../model/errors.ts'
import { int, nameOf } from '../../model/types.ts'
import type { Combination, CommonTable, Query, Source, Specification } from '../../tsql/syntax.ts'
import { isSameName } from '../catalog/table.ts'
import { quoted } from '../storage/store.ts'
import { type Context, outsideSubset, type Relation, type RelationColumn, type Scope } from './context.ts'
import { isAggregated } from './groups.ts'
import { derived } from './sources.ts'
import { specification } from './specification.ts'

/** Whether a query has a table of this name in a FROM. */
export function namesTable(part: unknown, name: string): boolean {
  if (typeof part !== 'object' || part === null) return false
  if ('kind' in part && part.kind === 'table') {
    const { path } = part as Extract<Source, { kind: 'table' }>
    return path.length === 1 && isSameName(path[0] ?? '', name)
  }
  return Object.values(part).some((inner) => namesTable(inner, name))
}

/** The column that counts the steps. No query can name it. */
const STEP = ' step'

/** @param most how many steps there may be; 0 for any number */
export function recursion(
  table: CommonTable,
  most: number,
  context: Context,
  common: Scope['common'],
): Relation {
  const { left, right } = partsOf(table, context)
  const anchor = context.translator.query(wholeQuery(left), context, undefined, common)
  const { columns } = derived(anchor, { alias: table.name, columns: table.columns })
  context.sourceCount += 1
  const called = `recursion${context.sourceCount}`
  const names = [...columns.map(({ name }) => quoted(name)), quoted(STEP)].join(', ')
  const next = nextRows(right, { sql: called, columns: [...columns, step(most)] }, table, context, common)
  const first = `SELECT ${columns.map((_, index) => `c${index}`).join(', ')}, 0 FROM (${anchor.sql})`
  return {
    sql: `(WITH RECURSIVE ${called} (${names}) AS (${first} UNION ALL ${next}) SELECT * FROM ${called})`,
    columns,
  }
}

function step(most: number): RelationColumn {
  const expression = (alias: string) => `recursion_step(${alias}.${quoted(STEP)}, ${most})`
  return { name: STEP, type: int, expression, isHidden: true }
}

function partsOf(
  { name, query }: CommonTable,
  context: Context,
): { left: Combination['left']; right: Specification } {
  const { body } = query
  if (body.kind !== 'combination' || body.operator !== 'UNION ALL') {
    throw new SqlError(
      252,
      `Recursive common table expression '${name}' does not contain a top-level UNION ALL operator.`,
    )
  }
  if (namesTable(body.left, name) || body.right.kind !== 'specification') {
    throw outsideSubset(context, 'more than one recursive part of a common table expression')
  }
  return { left: body.left, right: body.right }
}

function wholeQuery(body: Combination['left']): Query {
  return {
    kind: 'query',
    with: [],
    body,
    orderBy: [],
    offset: undefined,
    fetch: undefined,
    forJson: undefined,
    mostSteps: 0,
  }
}

function nextRows(
  part: Specification,
  self: Relation,
  { name }: CommonTable,
  context: Context,
  common: Scope['common'],
): string {
  if (part.distinct || part.top || isAggregated(part, []) || hasOuterJoin(part.from)) {
    const what =
      'DISTINCT, TOP, aggregates and outer joins in the recursive part of a common table expression'
    throw outsideSubset(context, what)
  }
  const counted: Specification = {
    ...part,
    items: [...part.items, { kind: 'item', value: { kind: 'column', path: [STEP] }, alias: STEP }],
  }
  const scope: Scope = { relations: [], common: [{ name, relation: self }, ...common], outer: undefined }
  const { select, columns } = specification(counted, [], context, scope)
  checkTypes(name, self.columns, columns)
  return select
}

function hasOuterJoin(source: Source | undefined): boolean {
  if (source?.kind !== 'join') return false
  return !['INNER', 'CROSS'].includes(source.join) || hasOuterJoin(source.left) || hasOuterJoin(source.right)
}

function checkTypes(name: string, first: RelationColumn[], next: RelationColumn[]): void {
  if (first.length !== next.length) {
    throw new SqlError(
      205,
      'All queries combined using a UNION, INTERSECT or EXCEPT operator must have an equal number of expressions in their target lists.',
    )
  }
  const wrong = first.find(({ type }, index) => nameOf(next[index]?.type ?? type) !== nameOf(type))
  if (!wrong) return
  throw new SqlError(
    240,
    `Types don't match between the anchor and the recursive part in column "${wrong.name}" of recursive query "${name}".`,
  )
}
