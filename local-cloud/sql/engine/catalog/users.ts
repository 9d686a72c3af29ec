// Users, whom the database identifies by their SIDs. The Entra administrator of the server is dbo and may do everything.
import { missing, SqlError } from '../../model/errors.ts'
import { guidBytes } from '../../model/guids.ts'
import type { Store } from '../storage/store.ts'
import { isSameName } from './table.ts'

/** The user as whom a connection runs. */
export interface Principal {
  id: number
  /** The name in this database: `dbo`, or that of CREATE USER. */
  name: string
  /** The name at the server: the id of who holds the token, and the tenant. */
  login: string
  isAdministrator: boolean
}

/** What a token says of its owner. `appid` is the client id of an application, and missing in the token of a person. */
interface TokenOwner {
  appid?: string
  oid: string
}

const DBO = 1
/** Below are the users that always exist: dbo, guest and the owners of the system schemas. */
const FIRST_USER = 5
const kinds: Record<string, string> = { E: 'EXTERNAL_USER', X: 'EXTERNAL_GROUPS' }

const INSERT =
  'INSERT INTO "sys.database_principals" VALUES (:name, :id, :type, :kind, :sid, :authentication)'

export function createFirstUsers(store: Store, administrator: string): void {
  const sid = guidBytes(administrator)
  store.run(INSERT, {
    name: 'dbo',
    id: BigInt(DBO),
    type: 'E',
    kind: 'EXTERNAL_USER',
    sid,
    authentication: 'EXTERNAL',
  })
  for (const [index, name] of ['guest', 'INFORMATION_SCHEMA', 'sys'].entries()) {
    const id = BigInt(DBO + 1 + index)
    store.run(INSERT, { name, id, type: 'S', kind: 'SQL_USER', sid: null, authentication: 'NONE' })
  }
  const role = { type: 'R', kind: 'DATABASE_ROLE', authentication: 'NONE' }
  store.run(INSERT, { name: 'public', id: 0n, sid: null, ...role })
}

/**
 * Finds the user whom a token stands for. An application is known by its client id: a user made from the object id of a
 * managed identity can sign in neither here nor on Azure.
 */
export function principalOf(
  store: Store,
  owner: TokenOwner,
  administrator: { sid: string; byClientIdOnly: boolean },
  tenantId: string,
): Principal | undefined {
  const id = owner.appid ?? owner.oid
  const login = `${id}@${tenantId}`
  const ownIds = administrator.byClientIdOnly ? [id] : [owner.appid, owner.oid]
  if (ownIds.some((own) => own !== undefined && isSameName(own, administrator.sid))) {
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
  if (sid.length !== 32 || !kind) {
    throw new SqlError(15433, 'Supplied parameter sid is in use or is not valid.')
  }
  if (userId(store, name) !== undefined) {
    throw new SqlError(15023, `User, group, or role '${name}' already exists in the current database.`)
  }
  const bytes = Buffer.from(sid, 'hex')
  const [holder] = store.all('SELECT name FROM "sys.database_principals" WHERE sid = :sid', { sid: bytes })
  if (holder) throw new SqlError(15063, 'The login already has an account under a different user name.')
  // A new id, never used before: the open connection of a dropped user must not act as the next user.
  store.run(INSERT, { name, id: null, type, kind, sid: bytes, authentication: 'EXTERNAL' })
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
