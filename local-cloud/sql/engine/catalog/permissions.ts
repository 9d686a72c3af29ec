// GRANT, DENY and REVOKE, and what comes of them.
import { missing, permissionDenied } from '../../model/errors.ts'
import type { Securable } from '../../tsql/syntax.ts'
import type { Store } from '../storage/store.ts'
import { findTable } from './catalog.ts'
import { isSystemView, isTemporary, type Table } from './table.ts'
import { type Principal, userId } from './users.ts'

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

/**
 * The condition by which a user sees only what concerns the tables and views that this user has a permission on.
 * https://learn.microsoft.com/sql/relational-databases/security/metadata-visibility-configuration
 */
export function visibleOnly({ id, isAdministrator }: Principal, column: string): string {
  if (isAdministrator) return 'TRUE'
  // DENY comes before GRANT, in the alphabet too.
  return `${column} IN (SELECT o.object_id FROM objects AS o JOIN "sys.database_permissions" AS p
    ON p.class = 0 OR (p.class = 1 AND p.major_id = o.object_id) OR (p.class = 3 AND p.major_id = o.schema_id)
    WHERE p.grantee_principal_id IN (${id}, 0) GROUP BY o.object_id, p.permission_name HAVING min(p.state) = 'G')`
}

/** @throws SqlError 229 when this user may not do that with this table */
export function requirePermission(
  store: Store,
  principal: Principal,
  permission: string,
  table: Table,
  database: string,
): void {
  if (isTemporary(table)) return
  if (principal.isAdministrator || (isSystemView(table) && permission === 'SELECT')) return
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
