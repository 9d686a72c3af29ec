// Translates what is true, false or unknown. SQLite treats NULL as T-SQL does, so the three values need no help.
import { commonType, isText, MAX, varchar } from '../../model/types.ts'
import type { Condition, Expression, Query } from '../../tsql/syntax.ts'
import { comparable } from '../storage/store.ts'
import { type Context, checkSubquery, commonTypeOf, converted, onlyColumn, type Scope } from './context.ts'
import { translateExpression } from './expressions.ts'

export function translateCondition(condition: Condition, context: Context, scope?: Scope): string {
  const translate = (part: Condition) => translateCondition(part, context, scope)
  switch (condition.kind) {
    case 'and':
    case 'or':
      return `(${translate(condition.left)} ${condition.kind.toUpperCase()} ${translate(condition.right)})`
    case 'not':
      return `(NOT ${translate(condition.operand)})`
    case 'comparison':
      return comparison(condition, context, scope)
    case 'is null':
      return `(${translateExpression(condition.operand, context, scope).sql} IS ${condition.negated ? 'NOT ' : ''}NULL)`
    case 'in':
      return Array.isArray(condition.among)
        ? inList(condition.operand, condition.among, condition.negated, context, scope)
        : inQuery(condition.operand, condition.among, condition.negated, context, scope)
    case 'like':
      return like(condition, context, scope)
    case 'exists':
      checkSubquery(scope)
      return `EXISTS (${context.translator.query(condition.query, context, scope).sql})`
  }
}

function comparison(
  { operator, left, right }: Extract<Condition, { kind: 'comparison' }>,
  context: Context,
  scope?: Scope,
): string {
  const [a, b] = sameType([left, right], context, scope)
  return `(${a} ${operator} ${b})`
}

function inList(
  operand: Expression,
  among: Expression[],
  negated: boolean,
  context: Context,
  scope?: Scope,
): string {
  const [value, ...others] = sameType([operand, ...among], context, scope)
  return `(${value} ${negated ? 'NOT ' : ''}IN (${others.join(', ')}))`
}

// Converts all of them to the type in which they are compared.
function sameType(expressions: Expression[], context: Context, scope?: Scope): string[] {
  const values = expressions.map((expression) => translateExpression(expression, context, scope))
  const type = commonTypeOf(values)
  return values.map((value) => comparable(converted(value, type).sql, type))
}

function inQuery(
  operand: Expression,
  query: Query,
  negated: boolean,
  context: Context,
  scope?: Scope,
): string {
  checkSubquery(scope)
  const value = translateExpression(operand, context, scope)
  const relation = context.translator.query(query, context, scope)
  const only = onlyColumn(relation)
  const type = value.isNull ? only.type : commonType(value.type, only.type)
  const column = comparable(converted({ sql: 'c0', type: only.type }, type).sql, type)
  const wanted = comparable(converted(value, type).sql, type)
  return `(${wanted} ${negated ? 'NOT ' : ''}IN (SELECT ${column} FROM (${relation.sql})))`
}

function like(condition: Extract<Condition, { kind: 'like' }>, context: Context, scope?: Scope): string {
  const parts = [
    condition.operand,
    condition.pattern,
    ...(condition.escapeWith ? [condition.escapeWith] : []),
  ]
  const texts = parts.map((part) => {
    const value = translateExpression(part, context, scope)
    return isText(value.type) ? value : converted(value, varchar(MAX))
  })
  // https://learn.microsoft.com/sql/t-sql/language-elements/like-transact-sql#pattern-matching-with-like
  const kind = texts.every(({ type }) => type.name === 'varchar') ? 'varchar' : 'nvarchar'
  const values = [`'${kind}'`, ...texts.map(({ sql }) => sql)]
  return `(${condition.negated ? 'NOT ' : ''}is_like(${values.join(', ')}))`
}
