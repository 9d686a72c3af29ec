// Translates the functions about the catalog. What a user may not see is NULL.
// https://learn.microsoft.com/sql/t-sql/functions/metadata-functions-transact-sql
import { int, nvarchar, type SqlType, typeFrom } from '../../../model/types.ts'
import { parsePath } from '../../../tsql/parser.ts'
import { findTable } from '../../catalog/catalog.ts'
import { visibleOnly } from '../../catalog/permissions.ts'
import { isSystemView, isTemporaryName } from '../../catalog/table.ts'
import { comparable } from '../../storage/store.ts'
import { bind, type Context, constantValue, converted, outsideSubset, type Typed } from '../context.ts'
import { asInteger, asText, given, type SqlFunction, taking } from './arguments.ts'

const sysname = nvarchar(128)
const smallint = typeFrom('smallint')

export const metadataFunctions: Record<string, SqlFunction> = {
  OBJECT_ID: { counts: [1, 2], translate: objectId },
  OBJECT_NAME: taking(1, ([id], context) => ofObject('name', sysname, asInteger(id), context)),
  OBJECT_SCHEMA_NAME: taking(1, ([id], context) => ofObject("'dbo'", sysname, asInteger(id), context)),
  OBJECTPROPERTY: taking(2, objectProperty),
  SCHEMA_ID: {
    counts: [0, 1],
    translate: ([name]) => (name ? look('schema_id', int, 'schemas', isNamed(name)) : constantOf('1', int)),
  },
  SCHEMA_NAME: {
    counts: [0, 1],
    translate: ([id]) =>
      id ? look('name', sysname, 'schemas', `schema_id = ${asInteger(id)}`) : constantOf("'dbo'", sysname),
  },
  DB_ID: {
    counts: [0, 1],
    translate: ([name], context) =>
      look('database_id', smallint, 'databases', isNamed(name ?? ownName(context))),
  },
  DB_NAME: {
    counts: [0, 1],
    translate: ([id], context) =>
      id ? look('name', sysname, 'databases', `database_id = ${asInteger(id)}`) : ownName(context),
  },
  TYPE_ID: taking(1, ([name]) => look('user_type_id', int, 'types', isNamed(given(name)))),
  TYPE_NAME: taking(1, ([id]) => look('name', sysname, 'types', `user_type_id = ${asInteger(id)}`)),
  COL_NAME: taking(2, ([table, column], context) => {
    const where = `object_id = ${asInteger(table)} AND column_id = ${asInteger(column)}`
    return look('name', sysname, 'columns', `${where} AND ${visibleOnly(context.principal, 'object_id')}`)
  }),
}

function constantOf(sql: string, type: SqlType): Typed {
  return { sql, type }
}

function ownName(context: Context): Typed {
  return { sql: bind(context, context.database), type: sysname }
}

/** A column of the one row of a view that a condition finds. */
function look(column: string, type: SqlType, view: string, condition: string): Typed {
  return { sql: `(SELECT ${column} FROM "sys.${view}" WHERE ${condition})`, type }
}

function isNamed(name: Typed): string {
  return `${comparable('name', sysname)} = ${comparable(converted(asText(name), sysname).sql, sysname)}`
}

function ofObject(column: string, type: SqlType, id: string, { principal }: Context): Typed {
  return look(column, type, 'objects', `object_id = ${id} AND ${visibleOnly(principal, 'securable')}`)
}

function objectId([object, kind]: Typed[], context: Context): Typed {
  const written = constantValue(asText(object), context)
  const wanted = kind && constantValue(asText(kind), context)
  if (typeof written !== 'string' || wanted === null) return constantOf('NULL', int)
  const path = parsePath(written)
  const table = findTable(context.store, path)
  if (table && isSystemView(table)) throw outsideSubset(context, 'the ids of system views')
  if (isTemporaryName(path)) {
    const isMeant = table && (wanted === undefined || String(wanted).trim().toUpperCase() === 'U')
    return constantOf(isMeant ? String(table.objectId) : 'NULL', int)
  }
  const schema = path.at(-2) || 'dbo'
  if (schema.toLowerCase() !== 'dbo') return constantOf('NULL', int)
  const ofKind =
    wanted === undefined ? '' : ` AND trim(type) = ${bind(context, String(wanted).trim().toUpperCase())}`
  const where = isNamed({ sql: bind(context, path.at(-1) ?? ''), type: sysname }) + ofKind
  return look('object_id', int, 'objects', `${where} AND ${visibleOnly(context.principal, 'securable')}`)
}

// https://learn.microsoft.com/sql/t-sql/functions/objectproperty-transact-sql
const objectProperties: Record<string, string> = {
  istable: "type = 'U '",
  isusertable: "type = 'U '",
  isview: "type = 'V '",
  isprimarykey: "type = 'PK'",
  isuniquecnst: "type = 'UQ'",
  isforeignkey: "type = 'F '",
  ischeckcnst: "type = 'C '",
  isdefaultcnst: "type = 'D '",
  isconstraint: "type IN ('PK', 'UQ', 'F ', 'C ', 'D ')",
  ismsshipped: '0',
  isprocedure: '0',
  istrigger: '0',
  isscalarfunction: '0',
  istablefunction: '0',
  isinlinefunction: '0',
  issystemtable: '0',
  ownerid: '1',
  schemaid: '1',
}

function objectProperty([id, property]: Typed[], context: Context): Typed {
  const wanted = String(constantValue(asText(property), context))
  const expression = objectProperties[wanted.toLowerCase()]
  if (!expression) throw outsideSubset(context, `the property ${wanted} of OBJECTPROPERTY`)
  return ofObject(expression, int, asInteger(id), context)
}
