// Reads what follows ORDER BY: of a query, of a window, of WITHIN GROUP.
import { acceptOneOf, type Cursor, list } from './cursor.ts'
import type { OrderItem } from './syntax.ts'

export function orderItems(cursor: Cursor): OrderItem[] {
  return list(cursor, () => {
    const by = cursor.grammar.expression(cursor)
    return { by, descending: acceptOneOf(cursor, 'ASC', 'DESC') === 'DESC' }
  })
}
