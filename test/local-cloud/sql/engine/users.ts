// Users by their SID, and what they may do. The Entra administrator of the server is dbo and may do everything.
import { missing, permissionDenied, SqlError } from '../errors.ts'
import type { Securable } from '../tsql/syntax.ts'
import { findTable, isSameName, type Table } from './catalog.ts'
import { guidBytes } from './convert.ts'
import type { Store } from './store.ts'

/** Who a connection acts as. */
export interface Principal {
  id: number
  /** The name in this database: `dbo`, or that of CREATE USER. */
  name: string
  /** The name at the server: the id of who holds the token, and the tenant. */
  login: string
  isAdministrator: boolean
}

/** What a token says of its owner. `appid` is the client id of an application, and missing in the token of a person. */
export interface TokenOwner {
  appid?: string
  oid: string
}

const DBO = 1
const FIRST_USER = 5
const kinds: Record<string, string> = { E: 'EXTERNAL_USER', X: 'EXTERNAL_GROUPS' }

export function createFirstUsers(store: Store, administrator: string): void {
  const insert =
    'INSERT INTO "sys.database_principals" VALUES (:name, :id, :type, :kind, :sid, :authentication)'
  const external = { type: 'E', kind: 'EXTERNAL_USER', authentication: 'EXTERNAL' }
  store.run(insert, { name: 'dbo', id: BigInt(DBO), ...external, sid: guidBytes(administrator) })
  const role = { type: 'R', kind: 'DATABASE_ROLE', authentication: 'NONE' }
  store.run(insert, { name: 'public', id: 0n, ...role, sid: null })
}

/**
 * Finds the user whom a token stands for. An application is known by its client id: a user made from the object id of a
 * managed identity is nobody, here as on Azure.
 */
export function principalOf(
  store: Store,
  owner: TokenOwner,
  administrator: string,
  tenantId: string,
): Principal | undefined {
  const id = owner.appid ?? owner.oid
  const login = `${id}@${tenantId}`
  if ([owner.appid, owner.oid].some((own) => own !== undefined && isSameName(own, administrator))) {
    return { id: DBO, name: 'dbo', login, isAdministrator: true }
  }
  const [user] = store.all('SELECT principal_id, name FROM "sys.database_principals" WHERE sid = :sid', {
    sid: guidBytes(id),
  })
  return user && { id: Number(user[0]), name: String(user[1]), login, isAdministrator: false }
}

/** @throws SqlError 15023 when the name is taken, 15063 when the SID is, 15433 when it is no SID */
export function createUser(store: Store, name: string, sid: string, type: string): void {
  const kind = kinds[type]
  if (sid.length !== 32 || !kind)
    throw new SqlError(15433, 'Supplied parameter sid is in use or is not valid.')
  if (userId(store, name) !== undefined) {
    throw new SqlError(15023, `User, group, or role '${name}' already exists in the current database.`)
  }
  const bytes = Buffer.from(sid, 'hex')
  const [holder] = store.all('SELECT name FROM "sys.database_principals" WHERE sid = :sid', { sid: bytes })
  if (holder) throw new SqlError(15063, 'The login already has an account under a different user name.')
  store.run(
    `INSERT INTO "sys.database_principals"
      SELECT :name, max(:first, max(principal_id) + 1), :type, :kind, :sid, 'EXTERNAL' FROM "sys.database_principals"`,
    { name, first: BigInt(FIRST_USER), type, kind, sid: bytes },
  )
}

/** @throws SqlError 15151 when there is no such user, 15150 for dbo */
export function dropUser(store: Store, name: string): void {
  const id = userId(store, name)
  if (id === undefined) throw missing('drop', 'user', name)
  if (id < FIRST_USER) throw new SqlError(15150, `Cannot drop the user '${name}'.`)
  store.run('DELETE FROM "sys.database_permissions" WHERE grantee_principal_id = :id', { id: BigInt(id) })
  store.run('DELETE FROM "sys.database_principals" WHERE principal_id = :id', { id: BigInt(id) })
}

export function userId(store: Store, name: string): number | undefined {
  const [user] = store.all(
    'SELECT principal_id FROM "sys.database_principals" WHERE collation_key(name) = collation_key(:name)',
    { name },
  )
  return user && Number(user[0])
}

const classes = { database: 0, object: 1, schema: 3 }
const classNames = ['DATABASE', 'OBJECT_OR_COLUMN', '', 'SCHEMA']

/**
 * Carries out GRANT, DENY and REVOKE.
 *
 * @throws SqlError 15151 when the user, the table or the schema is not there
 */
export function changePermission(
  store: Store,
  action: 'GRANT' | 'DENY' | 'REVOKE',
  permission: string,
  on: Securable,
  user: string,
): void {
  const major = securableId(store, on)
  const grantee = userId(store, user)
  if (grantee === undefined) throw missing('find', 'user', user)
  const what = {
    class: BigInt(classes[on.class]),
    major: BigInt(major),
    grantee: BigInt(grantee),
    permission,
  }
  store.run(
    `DELETE FROM "sys.database_permissions" WHERE class = :class AND major_id = :major
      AND grantee_principal_id = :grantee AND permission_name = :permission`,
    what,
  )
  if (action === 'REVOKE') return
  store.run(
    `INSERT INTO "sys.database_permissions" VALUES (:class, :className, :major, 0, :grantee, :permission, :state, :action)`,
    { ...what, className: classNames[classes[on.class]] ?? '', state: action.charAt(0), action },
  )
}

function securableId(store: Store, on: Securable): number {
  if (on.class === 'database') return 0
  if (on.class === 'object') {
    const table = findTable(store, on.path)
    if (!table) throw missing('find', 'object', on.path.at(-1) ?? '')
    return table.objectId
  }
  const name = on.path.at(-1) ?? ''
  const [schema] = store.all(
    'SELECT schema_id FROM "sys.schemas" WHERE collation_key(name) = collation_key(:name)',
    { name },
  )
  if (!schema) throw missing('find', 'schema', name)
  return Number(schema[0])
}

/** @throws SqlError 229 when this user may not do that with this table */
export function requirePermission(
  store: Store,
  principal: Principal,
  permission: string,
  table: Table,
  database: string,
): void {
  if (principal.isAdministrator || (table.schema === 'sys' && permission === 'SELECT')) return
  const states = store
    .all(
      `SELECT state FROM "sys.database_permissions" WHERE permission_name = :permission
        AND grantee_principal_id IN (:user, 0)
        AND (class = 0 OR (class = 1 AND major_id = :object) OR (class = 3 AND major_id = 1))`,
      { permission, user: BigInt(principal.id), object: BigInt(table.objectId) },
    )
    .flat()
  if (states.includes('G') && !states.includes('D')) return
  throw permissionDenied(permission, table.name, database, table.schema)
}
