// Reads the statements about users and what they may do.
import {
  accept,
  acceptOneOf,
  type Cursor,
  expect,
  isWord,
  list,
  name,
  next,
  outsideSubset,
  path,
  peek,
  unexpected,
} from './cursor.ts'
import type { Parsed, Securable } from './syntax.ts'

/** Reads `CREATE USER [name] WITH SID = 0x…, TYPE = E`: the one way that needs no look-up in the directory. */
export function createUser(cursor: Cursor): Parsed {
  const user = name(cursor)
  if (!isWord(cursor, 'WITH')) throw outsideSubset(cursor, 'a user without a SID')
  expect(cursor, 'WITH', 'SID', '=')
  if (peek(cursor).kind !== 'binary') throw unexpected(cursor)
  const sid = next(cursor).value
  expect(cursor, ',', 'TYPE', '=')
  return { kind: 'create user', name: user, sid, type: name(cursor).toUpperCase() }
}

export function dropUser(cursor: Cursor): Parsed {
  const ifExists = accept(cursor, 'IF', 'EXISTS')
  return { kind: 'drop user', name: name(cursor), ifExists }
}

/** Reads GRANT, DENY and REVOKE. */
export function permission(cursor: Cursor): Parsed {
  const action = acceptOneOf(cursor, 'GRANT', 'DENY', 'REVOKE') ?? 'GRANT'
  const permissions = list(cursor, () => permissionName(cursor))
  const on: Securable = accept(cursor, 'ON') ? securable(cursor) : { class: 'database', path: [] }
  if (action !== 'REVOKE' || !accept(cursor, 'FROM')) expect(cursor, 'TO')
  return { kind: 'permission', action, permissions, on, users: list(cursor, name) }
}

function permissionName(cursor: Cursor): string {
  const permission = acceptOneOf(cursor, 'SELECT', 'INSERT', 'UPDATE', 'DELETE')
  if (!permission) throw outsideSubset(cursor, `the permission ${peek(cursor).value.toUpperCase()}`)
  if (!['ON', 'TO', 'FROM'].some((word) => isWord(cursor, word)) && peek(cursor).value !== ',') {
    throw outsideSubset(cursor, 'permissions on columns')
  }
  return permission
}

function securable(cursor: Cursor): Securable {
  if (accept(cursor, 'SCHEMA', '::')) return { class: 'schema', path: path(cursor) }
  accept(cursor, 'OBJECT', '::')
  return { class: 'object', path: path(cursor) }
}
