// The views of the schema INFORMATION_SCHEMA.
// https://learn.microsoft.com/sql/relational-databases/system-information-schema-views/system-information-schema-views-transact-sql
import { int, nvarchar, varchar } from '../../model/types.ts'
import { constant, type SystemView, smallint, sysname, tinyint } from './system-view.ts'

type Column = SystemView['columns'][string]

const schema: Column = [sysname, "'dbo'"]
const never: Column = [varchar(2), "'NO'"]
const unknown: Column = [sysname, 'NULL']
const isText = "t.name IN ('varchar', 'nvarchar')"
const isExact = "t.name IN ('tinyint', 'smallint', 'int', 'bigint', 'decimal')"
const isFloat = "t.name IN ('real', 'float')"
const hasLength = "t.name IN ('varchar', 'nvarchar', 'varbinary')"

/** Gives the views of a database, whose name stands in most of their rows. */
export function informationSchema(database: string): Record<string, SystemView> {
  const catalog: Column = [sysname, constant(database)]
  const tableNamed = (name: string) => ({
    TABLE_CATALOG: catalog,
    TABLE_SCHEMA: schema,
    TABLE_NAME: [sysname, name] satisfies Column,
  })
  const constraintNamed = (name: string) => ({
    CONSTRAINT_CATALOG: catalog,
    CONSTRAINT_SCHEMA: schema,
    CONSTRAINT_NAME: [sysname, name] satisfies Column,
  })
  return {
    SCHEMATA: {
      columns: {
        CATALOG_NAME: catalog,
        SCHEMA_NAME: [sysname, 'name'],
        SCHEMA_OWNER: [sysname, 'name'],
        DEFAULT_CHARACTER_SET_CATALOG: [varchar(6), 'NULL'],
        DEFAULT_CHARACTER_SET_SCHEMA: [varchar(3), 'NULL'],
        DEFAULT_CHARACTER_SET_NAME: [sysname, "'iso_1'"],
      },
      from: '"sys.schemas"',
    },
    TABLES: {
      columns: { ...tableNamed('name'), TABLE_TYPE: [varchar(10), "iif(type = 'V ', 'VIEW', 'BASE TABLE')"] },
      from: 'objects WHERE object_id > 0',
      securable: 'object_id',
    },
    VIEWS: {
      columns: { ...tableNamed('name'), CHECK_OPTION: [varchar(7), "'NONE'"], IS_UPDATABLE: never },
      from: "objects WHERE object_id > 0 AND type = 'V '",
      securable: 'object_id',
    },
    COLUMNS: columnsView(tableNamed('o.name')),
    TABLE_CONSTRAINTS: {
      columns: {
        ...constraintNamed('c.name'),
        ...tableNamed('o.name'),
        CONSTRAINT_TYPE: [
          varchar(11),
          "CASE c.type WHEN 'PK' THEN 'PRIMARY KEY' WHEN 'UQ' THEN 'UNIQUE' WHEN 'F ' THEN 'FOREIGN KEY' ELSE 'CHECK' END",
        ],
        IS_DEFERRABLE: never,
        INITIALLY_DEFERRED: never,
      },
      from: "schema_objects AS c JOIN objects AS o ON o.object_id = c.parent WHERE c.type <> 'D '",
      securable: 'c.securable',
    },
    KEY_COLUMN_USAGE: {
      columns: {
        ...constraintNamed('key_name'),
        ...tableNamed('o.name'),
        COLUMN_NAME: [sysname, 'k.name'],
        ORDINAL_POSITION: [int, 'place'],
      },
      from: `(SELECT table_id, index_name AS key_name, name, place FROM all_index_columns WHERE is_constraint
          UNION ALL SELECT table_id, key_name, name, place FROM foreign_key_pairs) AS k
        JOIN objects AS o ON o.object_id = table_id`,
      securable: 'table_id',
    },
  }
}

function columnsView(table: SystemView['columns']): SystemView {
  return {
    columns: {
      ...table,
      COLUMN_NAME: [sysname, 'c.name'],
      ORDINAL_POSITION: [int, 'c.column_id'],
      COLUMN_DEFAULT: [nvarchar(4000), 'd.shown'],
      IS_NULLABLE: [varchar(3), "iif(c.is_nullable, 'YES', 'NO')"],
      DATA_TYPE: [sysname, 't.name'],
      CHARACTER_MAXIMUM_LENGTH: [
        int,
        `CASE WHEN t.name = 'nvarchar' AND c.max_length > 0 THEN c.max_length / 2 WHEN ${hasLength} THEN c.max_length END`,
      ],
      CHARACTER_OCTET_LENGTH: [int, `iif(${hasLength}, c.max_length, NULL)`],
      NUMERIC_PRECISION: [tinyint, `iif(${isExact} OR ${isFloat}, c.precision, NULL)`],
      NUMERIC_PRECISION_RADIX: [smallint, `CASE WHEN ${isExact} THEN 10 WHEN ${isFloat} THEN 2 END`],
      NUMERIC_SCALE: [int, `iif(${isExact}, c.scale, NULL)`],
      DATETIME_PRECISION: [
        smallint,
        "iif(t.name LIKE 'date%' OR t.name IN ('time', 'smalldatetime'), c.scale, NULL)",
      ],
      CHARACTER_SET_CATALOG: [sysname, `iif(${isText}, 'master', NULL)`],
      CHARACTER_SET_SCHEMA: unknown,
      CHARACTER_SET_NAME: [
        sysname,
        "CASE t.name WHEN 'varchar' THEN 'iso_1' WHEN 'nvarchar' THEN 'UNICODE' END",
      ],
      COLLATION_CATALOG: unknown,
      COLLATION_SCHEMA: unknown,
      COLLATION_NAME: [sysname, 'c.collation'],
      DOMAIN_CATALOG: unknown,
      DOMAIN_SCHEMA: unknown,
      DOMAIN_NAME: unknown,
    },
    from: `columns AS c JOIN objects AS o ON o.object_id = c.object_id
      JOIN "sys.types" AS t ON t.user_type_id = c.type_id
      LEFT JOIN schema_objects AS d ON d.type = 'D ' AND d.parent = c.object_id
        AND collation_key(d.definition ->> 'column') = collation_key(c.name)
      WHERE c.object_id > 0`,
    securable: 'c.object_id',
  }
}
