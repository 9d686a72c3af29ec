// What a client reads about the tables and views of the database.
// https://learn.microsoft.com/sql/relational-databases/system-catalog-views/catalog-views-transact-sql
// https://learn.microsoft.com/sql/relational-databases/system-information-schema-views/system-information-schema-views-transact-sql
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { database } from '../test-client.ts'
import { batches, failures, openConnectionOf, run } from './test-batches.ts'

const ofThese = "(N'Makers', N'Parts', N'PartNames')"

describe('INFORMATION_SCHEMA', () => {
  batches([
    [
      `CREATE TABLE Makers (Id int IDENTITY(5, 2) CONSTRAINT PK_Makers PRIMARY KEY,
        Name nvarchar(40) NOT NULL CONSTRAINT UQ_Makers UNIQUE)`,
    ],
    // The schema may be left out of the three parts of a name.
    [
      `CREATE TABLE ${database}..Parts (Maker int NOT NULL CONSTRAINT FK_Parts REFERENCES Makers ON DELETE CASCADE,
        Number smallint NOT NULL, Label varchar(20) CONSTRAINT DF_Label DEFAULT 'new',
        Price decimal(20, 4) CONSTRAINT DF_Price DEFAULT (5), Weight float CONSTRAINT CK_Weight CHECK (Weight > 0),
        Since datetime2(3) NOT NULL CONSTRAINT DF_Since DEFAULT (SYSUTCDATETIME()), Photo varbinary(max), Sold bit,
        CONSTRAINT PK_Parts PRIMARY KEY NONCLUSTERED (Number, maker))`,
    ],
    [
      'CREATE UNIQUE CLUSTERED INDEX IX_Label ON Parts (Label); CREATE INDEX IX_Price ON Parts (Price) INCLUDE (Weight, Sold)',
    ],
    ['CREATE VIEW PartNames AS SELECT Label AS Name, Price * 2 AS Twice FROM Parts'],
    [
      `SELECT * FROM INFORMATION_SCHEMA.TABLES WHERE TABLE_NAME IN ${ofThese} ORDER BY TABLE_NAME`,
      [
        [database, 'dbo', 'Makers', 'BASE TABLE'],
        [database, 'dbo', 'PartNames', 'VIEW'],
        [database, 'dbo', 'Parts', 'BASE TABLE'],
      ],
    ],
    [
      `SELECT ORDINAL_POSITION, COLUMN_NAME, COLUMN_DEFAULT, IS_NULLABLE, DATA_TYPE, CHARACTER_MAXIMUM_LENGTH,
        CHARACTER_OCTET_LENGTH, NUMERIC_PRECISION, NUMERIC_PRECISION_RADIX, NUMERIC_SCALE, DATETIME_PRECISION,
        CHARACTER_SET_NAME, COLLATION_NAME
        FROM information_schema.columns WHERE TABLE_NAME = 'Parts' ORDER BY ORDINAL_POSITION`,
      [
        [1, 'Maker', null, 'NO', 'int', null, null, 10, 10, 0, null, null, null],
        [2, 'Number', null, 'NO', 'smallint', null, null, 5, 10, 0, null, null, null],
        [
          ...[3, 'Label', "('new')", 'YES', 'varchar', 20, 20, null, null, null, null],
          ...['iso_1', 'SQL_Latin1_General_CP1_CI_AS'],
        ],
        [4, 'Price', '((5))', 'YES', 'decimal', null, null, 20, 10, 4, null, null, null],
        [5, 'Weight', null, 'YES', 'float', null, null, 53, 2, null, null, null, null],
        [6, 'Since', '(sysutcdatetime())', 'NO', 'datetime2', null, null, null, null, null, 3, null, null],
        [7, 'Photo', null, 'YES', 'varbinary', -1, -1, null, null, null, null, null, null],
        [8, 'Sold', null, 'YES', 'bit', null, null, null, null, null, null, null, null],
      ],
    ],
    [
      `SELECT CHARACTER_MAXIMUM_LENGTH, CHARACTER_OCTET_LENGTH, CHARACTER_SET_NAME FROM INFORMATION_SCHEMA.COLUMNS
        WHERE TABLE_NAME = 'Makers' AND COLUMN_NAME = 'Name'`,
      [[40, 80, 'UNICODE']],
    ],
    [
      `SELECT TABLE_NAME, CHECK_OPTION, IS_UPDATABLE FROM INFORMATION_SCHEMA.VIEWS WHERE TABLE_NAME IN ${ofThese}`,
      [['PartNames', 'NONE', 'NO']],
    ],
    [
      `SELECT CONSTRAINT_NAME, TABLE_NAME, CONSTRAINT_TYPE FROM INFORMATION_SCHEMA.TABLE_CONSTRAINTS
        WHERE TABLE_NAME IN ${ofThese} ORDER BY CONSTRAINT_NAME`,
      [
        ['CK_Weight', 'Parts', 'CHECK'],
        ['FK_Parts', 'Parts', 'FOREIGN KEY'],
        ['PK_Makers', 'Makers', 'PRIMARY KEY'],
        ['PK_Parts', 'Parts', 'PRIMARY KEY'],
        ['UQ_Makers', 'Makers', 'UNIQUE'],
      ],
    ],
    [
      `SELECT CONSTRAINT_NAME, COLUMN_NAME, ORDINAL_POSITION FROM INFORMATION_SCHEMA.KEY_COLUMN_USAGE
        WHERE TABLE_NAME IN ${ofThese} ORDER BY CONSTRAINT_NAME, ORDINAL_POSITION`,
      [
        ['FK_Parts', 'Maker', 1],
        ['PK_Makers', 'Id', 1],
        ['PK_Parts', 'Number', 1],
        ['PK_Parts', 'Maker', 2],
        ['UQ_Makers', 'Name', 1],
      ],
    ],
    [
      "SELECT CATALOG_NAME, SCHEMA_NAME, SCHEMA_OWNER FROM INFORMATION_SCHEMA.SCHEMATA WHERE SCHEMA_NAME = N'dbo'",
      [[database, 'dbo', 'dbo']],
    ],
  ])
  failures([
    ['SELECT * FROM INFORMATION_SCHEMA.ROUTINES', 50000, 'the view INFORMATION_SCHEMA.ROUTINES'],
    [
      'SELECT VIEW_DEFINITION FROM INFORMATION_SCHEMA.VIEWS',
      50000,
      'the column VIEW_DEFINITION of INFORMATION_SCHEMA.VIEWS',
    ],
    ['DROP VIEW INFORMATION_SCHEMA.TABLES', 3701, 'Cannot drop the view'],
    ['DELETE FROM INFORMATION_SCHEMA.TABLES', 259, 'Ad hoc updates to system catalogs are not allowed.'],
  ])
})

describe('the catalog views', () => {
  batches([
    [
      `SELECT o.name, RTRIM(o.type), o.type_desc, p.name FROM sys.objects AS o LEFT JOIN sys.tables AS p ON p.object_id = o.parent_object_id
        WHERE o.name IN ${ofThese} OR p.name IN ${ofThese} ORDER BY o.name`,
      [
        ['CK_Weight', 'C', 'CHECK_CONSTRAINT', 'Parts'],
        ['DF_Label', 'D', 'DEFAULT_CONSTRAINT', 'Parts'],
        ['DF_Price', 'D', 'DEFAULT_CONSTRAINT', 'Parts'],
        ['DF_Since', 'D', 'DEFAULT_CONSTRAINT', 'Parts'],
        ['FK_Parts', 'F', 'FOREIGN_KEY_CONSTRAINT', 'Parts'],
        ['Makers', 'U', 'USER_TABLE', null],
        ['PartNames', 'V', 'VIEW', null],
        ['Parts', 'U', 'USER_TABLE', null],
        ['PK_Makers', 'PK', 'PRIMARY_KEY_CONSTRAINT', 'Makers'],
        ['PK_Parts', 'PK', 'PRIMARY_KEY_CONSTRAINT', 'Parts'],
        ['UQ_Makers', 'UQ', 'UNIQUE_CONSTRAINT', 'Makers'],
      ],
    ],
    [
      `SELECT c.name, t.name, c.max_length, c.precision, c.scale, c.collation_name FROM sys.columns AS c
        JOIN sys.types AS t ON t.user_type_id = c.user_type_id WHERE c.object_id = OBJECT_ID('Parts') ORDER BY c.column_id`,
      [
        ['Maker', 'int', 4, 10, 0, null],
        ['Number', 'smallint', 2, 5, 0, null],
        ['Label', 'varchar', 20, 0, 0, 'SQL_Latin1_General_CP1_CI_AS'],
        ['Price', 'decimal', 13, 20, 4, null],
        ['Weight', 'float', 8, 53, 0, null],
        ['Since', 'datetime2', 7, 23, 3, null],
        ['Photo', 'varbinary', -1, 0, 0, null],
        ['Sold', 'bit', 1, 1, 0, null],
      ],
    ],
    [
      `CREATE TABLE Moments (a time(0), b time, c datetimeoffset(3), d smalldatetime, e date, f datetime);
        SELECT c.name, c.max_length, c.precision, c.scale, i.DATETIME_PRECISION FROM sys.columns AS c
        JOIN INFORMATION_SCHEMA.COLUMNS AS i ON i.TABLE_NAME = 'Moments' AND i.COLUMN_NAME = c.name
        WHERE c.object_id = OBJECT_ID('Moments') ORDER BY c.name; DROP TABLE Moments`,
      [
        ['a', 3, 8, 0, 0],
        ['b', 5, 16, 7, 7],
        ['c', 9, 30, 3, 3],
        ['d', 4, 16, 0, 0],
        ['e', 3, 10, 0, 0],
        ['f', 8, 23, 3, 3],
      ],
    ],
    [
      `SELECT name, index_id, type_desc, is_unique, is_primary_key, is_unique_constraint FROM sys.indexes
        WHERE object_id IN (OBJECT_ID('Parts'), OBJECT_ID('Makers')) ORDER BY object_id, index_id`,
      [
        ['PK_Makers', 1, 'CLUSTERED', true, true, false],
        ['UQ_Makers', 2, 'NONCLUSTERED', true, false, true],
        ['IX_Label', 1, 'CLUSTERED', true, false, false],
        ['PK_Parts', 2, 'NONCLUSTERED', true, true, false],
        ['IX_Price', 3, 'NONCLUSTERED', false, false, false],
      ],
    ],
    [
      `SELECT index_id, index_column_id, column_id, key_ordinal, is_included_column FROM sys.index_columns
        WHERE object_id = OBJECT_ID('Parts') ORDER BY index_id, index_column_id`,
      [
        [1, 1, 3, 1, false],
        [2, 1, 2, 1, false],
        [2, 2, 1, 2, false],
        [3, 1, 4, 1, false],
        [3, 2, 5, 0, true],
        [3, 3, 8, 0, true],
      ],
    ],
    [
      "CREATE TABLE Heap (a int); SELECT name, index_id, type_desc FROM sys.indexes WHERE object_id = OBJECT_ID('Heap'); DROP TABLE Heap",
      [[null, 0, 'HEAP']],
    ],
    [
      `SELECT f.name, r.name, f.delete_referential_action_desc, f.update_referential_action_desc, c.parent_column_id, c.referenced_column_id
        FROM sys.foreign_keys AS f JOIN sys.foreign_key_columns AS c ON c.constraint_object_id = f.object_id
        JOIN sys.tables AS r ON r.object_id = f.referenced_object_id WHERE f.parent_object_id = OBJECT_ID('Parts')`,
      [['FK_Parts', 'Makers', 'CASCADE', 'NO_ACTION', 1, 1]],
    ],
    [
      `SELECT k.name, i.name FROM sys.key_constraints AS k JOIN sys.indexes AS i ON i.object_id = k.parent_object_id
        AND i.index_id = k.unique_index_id WHERE k.name LIKE 'PK_Parts'`,
      [['PK_Parts', 'PK_Parts']],
    ],
    [
      `SELECT d.name, c.name, d.definition FROM sys.default_constraints AS d JOIN sys.columns AS c
        ON c.object_id = d.parent_object_id AND c.default_object_id = d.object_id AND c.column_id = d.parent_column_id
        WHERE d.parent_object_id = OBJECT_ID('Parts') ORDER BY d.name`,
      [
        ['DF_Label', 'Label', "('new')"],
        ['DF_Price', 'Price', '((5))'],
        ['DF_Since', 'Since', '(sysutcdatetime())'],
      ],
    ],
    ["SELECT definition FROM sys.check_constraints WHERE name = 'CK_Weight'", ['(Weight > 0)']],
    ["SELECT name FROM sys.identity_columns WHERE object_id = OBJECT_ID('Makers')", ['Id']],
    [
      'SELECT name, database_id FROM sys.databases ORDER BY database_id',
      [
        ['master', 1],
        [database, 5],
      ],
    ],
    ["SELECT COUNT(*) FROM sys.types; SELECT max_length FROM sys.types WHERE name = 'sysname'", [34], [256]],
    [
      'SELECT name, schema_id FROM sys.schemas ORDER BY schema_id',
      [
        ['dbo', 1],
        ['guest', 2],
        ['INFORMATION_SCHEMA', 3],
        ['sys', 4],
      ],
    ],
  ])
  failures([
    ['SELECT t.lock_escalation FROM sys.tables AS t', 50000, 'the column lock_escalation of t'],
    ['SELECT seed_value FROM sys.identity_columns', 50000, 'the column seed_value of sys.identity_columns'],
    ['SELECT * FROM sys.triggers', 50000, 'the view sys.triggers'],
    ['CREATE TABLE guest.T (a int)', 50000, 'tables in the schema guest'],
    ['CREATE TABLE sys.T (a int)', 2760, 'The specified schema name "sys"'],
  ])
})

// https://learn.microsoft.com/sql/t-sql/functions/metadata-functions-transact-sql
describe('the metadata functions', () => {
  batches([
    [
      `SELECT OBJECT_NAME(OBJECT_ID('dbo.parts')), OBJECT_NAME(OBJECT_ID('PK_Parts')), OBJECT_NAME(OBJECT_ID(N'PartNames', N'V')),
        OBJECT_ID('PartNames', 'U'), OBJECT_ID('Parts', 'V'), OBJECT_ID('guest.Parts'), OBJECT_NAME(7)`,
      [['Parts', 'PK_Parts', 'PartNames', null, null, null, null]],
    ],
    [
      "SELECT OBJECT_SCHEMA_NAME(object_id), COL_NAME(object_id, 2) FROM sys.tables WHERE name = 'Parts'",
      [['dbo', 'Number']],
    ],
    [
      "SELECT SCHEMA_NAME(), SCHEMA_NAME(4), SCHEMA_NAME(99), SCHEMA_ID(), SCHEMA_ID('SYS'), SCHEMA_ID('no')",
      [['dbo', 'sys', null, 1, 4, null]],
    ],
    [
      `SELECT DB_NAME(), DB_NAME(1), DB_NAME(DB_ID()), DB_ID('master'), DB_ID(N'no')`,
      [[database, 'master', database, 1, null]],
    ],
    [
      "SELECT TYPE_NAME(56), TYPE_NAME(256), TYPE_ID('nvarchar'), TYPE_ID('no')",
      [['int', 'sysname', 231, null]],
    ],
    [
      `SELECT OBJECTPROPERTY(object_id, 'IsTable'), OBJECTPROPERTY(object_id, N'isview'), OBJECTPROPERTY(7, 'IsTable')
        FROM sys.objects WHERE name = 'PartNames'`,
      [[0, 1, null]],
    ],
  ])
  failures([
    ["SELECT OBJECT_ID('sys.tables')", 50000, 'the ids of system views'],
    ["SELECT OBJECTPROPERTY(OBJECT_ID('Parts'), 'TableHasIdentity')", 50000, 'the property TableHasIdentity'],
  ])
})

// https://learn.microsoft.com/sql/relational-databases/security/metadata-visibility-configuration
describe('a user', () => {
  it('sees only the tables and views that it has a permission on', async () => {
    const user = await openConnectionOf('cataloguer', 'GRANT INSERT ON Parts')
    const seen = async () => [
      await run('SELECT TABLE_NAME FROM INFORMATION_SCHEMA.TABLES', user),
      await run('SELECT name FROM sys.tables', user),
      await run('SELECT DISTINCT OBJECT_NAME(object_id) FROM sys.columns', user),
      await run("SELECT name FROM sys.objects WHERE type = 'F'", user),
    ]

    assert.deepEqual(await seen(), [[['Parts']], [['Parts']], [['Parts']], [['FK_Parts']]])
    await run('REVOKE INSERT ON Parts FROM cataloguer')
    assert.deepEqual(await seen(), [[[]], [[]], [[]], [[]]])
    await run('GRANT SELECT ON SCHEMA::dbo TO cataloguer; DENY SELECT ON Makers TO cataloguer')
    const [[tables]] = (await seen()) as [[string[]]]
    assert.deepEqual([tables.includes('Parts'), tables.includes('Makers')], [true, false])
    assert.deepEqual(await run("SELECT OBJECT_ID('Makers')", user), [[null]])
  })

  batches([
    // Nothing is left of them in the catalog.
    [
      `DROP VIEW PartNames; DROP TABLE Parts, Makers; SELECT COUNT(*) FROM sys.objects WHERE name LIKE '%[_]Parts' OR name LIKE '%Makers';
        SELECT COUNT(*) FROM INFORMATION_SCHEMA.COLUMNS WHERE TABLE_NAME LIKE 'Part%'`,
      [0],
      [0],
    ],
  ])
})
