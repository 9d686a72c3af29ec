// The catalog views, in the schema sys. Of their columns those are here that are always the same, or that follow from what the
// database knows.
// https://learn.microsoft.com/sql/relational-databases/system-catalog-views/catalog-views-transact-sql
import { bit, int, MAX, nvarchar, varchar } from '../../model/types.ts'
import { COLLATION_NAME, systemTypes } from './system-types.ts'
import { constant, no, nothing, type SystemView, smallint, sysname, tinyint } from './system-view.ts'

/** Views of SQLite that the others are made of: constraints are objects, with ids that no table has. */
export const baseViews: Record<string, string> = {
  schema_objects: `
    SELECT object_id AS id, name, 0 AS parent, type, type_desc, object_id AS securable, NULL AS definition, NULL AS shown
      FROM objects WHERE object_id > 0
    UNION ALL SELECT 1000000000 + rowid, name, object_id,
        CASE kind WHEN 'check' THEN 'C ' WHEN 'default' THEN 'D ' WHEN 'foreign key' THEN 'F '
          ELSE CASE WHEN definition ->> 'primary' THEN 'PK' ELSE 'UQ' END END,
        CASE kind WHEN 'check' THEN 'CHECK_CONSTRAINT' WHEN 'default' THEN 'DEFAULT_CONSTRAINT'
          WHEN 'foreign key' THEN 'FOREIGN_KEY_CONSTRAINT'
          ELSE CASE WHEN definition ->> 'primary' THEN 'PRIMARY_KEY_CONSTRAINT' ELSE 'UNIQUE_CONSTRAINT' END END,
        object_id, definition, shown
      FROM (SELECT rowid, *, definition ->> 'kind' AS kind FROM constraints)
      WHERE object_id > 0 AND kind <> 'index' AND definition ->> 'isIndex' IS NULL`,

  // A primary key is clustered unless another index is, or it says otherwise.
  table_indexes: `
    SELECT *, CASE WHEN clustered THEN 1
        ELSE 1 + row_number() OVER (PARTITION BY table_id, clustered ORDER BY rowid) END AS index_id
      FROM (SELECT rowid, object_id AS table_id, name, definition,
          definition ->> 'kind' = 'key' AS is_unique,
          coalesce(definition ->> 'primary', 0) AS is_primary,
          definition ->> 'kind' = 'key' AND definition ->> 'isIndex' IS NULL AS is_constraint,
          coalesce(definition ->> 'clustered', definition ->> 'primary' AND NOT EXISTS (SELECT 1 FROM constraints AS other
            WHERE other.object_id = constraints.object_id AND other.definition ->> 'clustered'), 0) AS clustered
        FROM constraints WHERE object_id > 0 AND definition ->> 'kind' IN ('key', 'index'))`,

  all_index_columns: `
    SELECT i.table_id, i.index_id, i.name AS index_name, i.is_constraint, i.is_primary,
        key + 1 AS place, key + 1 AS key_place, c.column_id, c.name
      FROM table_indexes AS i, json_each(i.definition, '$.columns')
      JOIN columns AS c ON c.object_id = i.table_id AND collation_key(c.name) = collation_key(value)
    UNION ALL SELECT i.table_id, i.index_id, i.name, 0, 0,
        json_array_length(i.definition, '$.columns') + key + 1, 0, c.column_id, c.name
      FROM table_indexes AS i, json_each(i.definition, '$.included')
      JOIN columns AS c ON c.object_id = i.table_id AND collation_key(c.name) = collation_key(value)`,

  foreign_key_pairs: `
    SELECT f.id, f.name AS key_name, f.parent AS table_id, own.key + 1 AS place, c.column_id, c.name,
        f.definition ->> '$.references.objectId' AS referenced, r.column_id AS referenced_column
      FROM schema_objects AS f, json_each(f.definition, '$.columns') AS own
      JOIN json_each(f.definition, '$.references.columns') AS other ON other.key = own.key
      JOIN columns AS c ON c.object_id = f.parent AND collation_key(c.name) = collation_key(own.value)
      JOIN columns AS r ON r.object_id = f.definition ->> '$.references.objectId'
        AND collation_key(r.name) = collation_key(other.value)
      WHERE f.type = 'F '`,
}

const objectColumns: SystemView['columns'] = {
  name: [sysname, 'name'],
  object_id: [int, 'id'],
  principal_id: nothing,
  schema_id: [int, '1'],
  parent_object_id: [int, 'parent'],
  type: [varchar(2), 'type'],
  type_desc: [nvarchar(60), 'type_desc'],
  is_ms_shipped: no,
  is_published: no,
  is_schema_published: no,
}

function objectsOf(condition: string, more: SystemView['columns'] = {}): SystemView {
  return {
    columns: { ...objectColumns, ...more },
    from: `schema_objects WHERE ${condition}`,
    securable: 'securable',
  }
}

const columnColumns: SystemView['columns'] = {
  object_id: [int, 'object_id'],
  name: [sysname, 'name'],
  column_id: [int, 'column_id'],
  system_type_id: [tinyint, 'type_id'],
  user_type_id: [int, 'type_id'],
  max_length: [smallint, 'max_length'],
  precision: [tinyint, 'precision'],
  scale: [tinyint, 'scale'],
  collation_name: [sysname, 'collation'],
  is_nullable: [bit, 'is_nullable'],
  is_rowguidcol: no,
  is_identity: [bit, 'identity_seed IS NOT NULL'],
  is_computed: no,
  is_filestream: no,
  is_xml_document: no,
  xml_collection_id: [int, '0'],
  default_object_id: [
    int,
    `coalesce((SELECT id FROM schema_objects AS d WHERE d.type = 'D ' AND d.parent = object_id
      AND collation_key(d.definition ->> 'column') = collation_key(columns.name)), 0)`,
  ],
  rule_object_id: [int, '0'],
  is_sparse: no,
  is_column_set: no,
  generated_always_type: [tinyint, '0'],
  generated_always_type_desc: [nvarchar(60), "'NOT_APPLICABLE'"],
  is_hidden: no,
  is_masked: no,
}

function columnsWhere(condition: string): SystemView {
  return { columns: columnColumns, from: `columns WHERE ${condition}`, securable: 'object_id' }
}

const cascades = "definition ->> 'cascades'"

/** The views about tables. */
export const catalogViews: Record<string, SystemView> = {
  objects: objectsOf('TRUE'),
  tables: objectsOf("type = 'U '"),
  views: objectsOf("type = 'V '"),
  columns: columnsWhere('object_id > 0'),
  identity_columns: columnsWhere('object_id > 0 AND identity_seed IS NOT NULL'),
  key_constraints: objectsOf("type IN ('PK', 'UQ')", {
    unique_index_id: [
      int,
      '(SELECT index_id FROM table_indexes WHERE 1000000000 + table_indexes.rowid = schema_objects.id)',
    ],
    is_enforced: [bit, '1'],
  }),
  default_constraints: objectsOf("type = 'D '", {
    parent_column_id: [
      int,
      `(SELECT column_id FROM columns WHERE columns.object_id = parent
        AND collation_key(columns.name) = collation_key(definition ->> 'column'))`,
    ],
    definition: [nvarchar(MAX), 'shown'],
  }),
  check_constraints: objectsOf("type = 'C '", {
    is_disabled: no,
    is_not_for_replication: no,
    is_not_trusted: no,
    definition: [nvarchar(MAX), 'shown'],
  }),
  foreign_keys: objectsOf("type = 'F '", {
    referenced_object_id: [int, "definition ->> '$.references.objectId'"],
    is_disabled: no,
    is_not_for_replication: no,
    is_not_trusted: no,
    delete_referential_action: [tinyint, cascades],
    delete_referential_action_desc: [nvarchar(60), `iif(${cascades}, 'CASCADE', 'NO_ACTION')`],
    update_referential_action: [tinyint, '0'],
    update_referential_action_desc: [nvarchar(60), "'NO_ACTION'"],
  }),
  foreign_key_columns: {
    columns: {
      constraint_object_id: [int, 'id'],
      constraint_column_id: [int, 'place'],
      parent_object_id: [int, 'table_id'],
      parent_column_id: [int, 'column_id'],
      referenced_object_id: [int, 'referenced'],
      referenced_column_id: [int, 'referenced_column'],
    },
    from: 'foreign_key_pairs',
    securable: 'table_id',
  },
  indexes: {
    columns: {
      object_id: [int, 'table_id'],
      name: [sysname, 'name'],
      index_id: [int, 'index_id'],
      type: [tinyint, 'type'],
      type_desc: [
        nvarchar(60),
        "CASE type WHEN 0 THEN 'HEAP' WHEN 1 THEN 'CLUSTERED' ELSE 'NONCLUSTERED' END",
      ],
      is_unique: [bit, 'is_unique'],
      ignore_dup_key: no,
      is_primary_key: [bit, 'is_primary'],
      is_unique_constraint: [bit, 'is_constraint AND NOT is_primary'],
      is_disabled: no,
      is_hypothetical: no,
      has_filter: no,
      filter_definition: [nvarchar(MAX), 'NULL'],
    },
    from: `(SELECT table_id, name, index_id, iif(clustered, 1, 2) AS type, is_unique, is_primary, is_constraint
        FROM table_indexes
      UNION ALL SELECT object_id, NULL, 0, 0, 0, 0, 0 FROM objects WHERE object_id > 0 AND type = 'U '
        AND NOT EXISTS (SELECT 1 FROM table_indexes WHERE table_id = object_id AND clustered))`,
    securable: 'table_id',
  },
  index_columns: {
    columns: {
      object_id: [int, 'table_id'],
      index_id: [int, 'index_id'],
      index_column_id: [int, 'place'],
      column_id: [int, 'column_id'],
      key_ordinal: [tinyint, 'key_place'],
      partition_ordinal: [tinyint, '0'],
      is_included_column: [bit, 'key_place = 0'],
    },
    from: 'all_index_columns',
    securable: 'table_id',
  },
  schemas: {
    columns: { name: [sysname, 'column1'], schema_id: [int, 'column2'], principal_id: [int, 'column2'] },
    from: "(VALUES ('dbo', 1), ('guest', 2), ('INFORMATION_SCHEMA', 3), ('sys', 4))",
  },
  types: {
    columns: {
      name: [sysname, 'column1'],
      system_type_id: [tinyint, 'column2'],
      user_type_id: [int, 'column3'],
      schema_id: [int, '4'],
      principal_id: nothing,
      max_length: [smallint, 'column4'],
      precision: [tinyint, 'column5'],
      scale: [tinyint, 'column6'],
      collation_name: [
        sysname,
        `iif(column2 IN (35, 99, 167, 175, 231, 239), ${constant(COLLATION_NAME)}, NULL)`,
      ],
      is_nullable: [bit, "column1 NOT IN ('sysname', 'timestamp')"],
      is_user_defined: no,
      is_assembly_type: [bit, 'column2 = 240'],
      default_object_id: [int, '0'],
      rule_object_id: [int, '0'],
      is_table_type: no,
    },
    from: `(VALUES ${systemTypes.map(([name, ...numbers]) => `(${constant(name)}, ${numbers.join(', ')})`).join(', ')})`,
  },
}

// master is the only other database that a database of Azure SQL shows.
// https://learn.microsoft.com/sql/relational-databases/system-catalog-views/sys-databases-transact-sql
export function databasesView(database: string): SystemView {
  return {
    columns: {
      name: [sysname, 'column1'],
      database_id: [int, 'column2'],
      collation_name: [sysname, constant(COLLATION_NAME)],
      user_access: [tinyint, '0'],
      user_access_desc: [nvarchar(60), "'MULTI_USER'"],
      is_read_only: no,
      state: [tinyint, '0'],
      state_desc: [nvarchar(60), "'ONLINE'"],
    },
    from: `(VALUES ('master', 1), (${constant(database)}, 5))`,
  }
}
