// https://learn.microsoft.com/sql/t-sql/statements/alter-table-transact-sql
// https://learn.microsoft.com/sql/t-sql/statements/truncate-table-transact-sql
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { batches, failures, openConnectionOf, run } from './test-batches.ts'

describe('ALTER TABLE', () => {
  batches([
    [
      "CREATE TABLE Cars (Id int NOT NULL, Name nvarchar(9)); INSERT INTO Cars VALUES (1, N'a'), (2, N'b')",
      '2 rows',
    ],
    [
      'ALTER TABLE Cars ADD Doors int NOT NULL CONSTRAINT DF_Doors DEFAULT 4, Seats int DEFAULT 5, Wheels int NULL DEFAULT 4 WITH VALUES',
    ],
    [
      'SELECT Doors, Seats, Wheels FROM Cars',
      [
        [4, null, 4],
        [4, null, 4],
      ],
    ],
    [
      'INSERT INTO Cars (Id) VALUES (3); SELECT Doors, Seats, Wheels FROM Cars WHERE Id = 3',
      '1 rows',
      [[4, 5, 4]],
    ],
    ['ALTER TABLE Cars ADD CONSTRAINT PK_Cars PRIMARY KEY (Id), CONSTRAINT CK_Doors CHECK (Doors < 6)'],
    ['INSERT INTO Cars (Id) VALUES (3)', 2627],
    ['ALTER TABLE Cars ADD Number int IDENTITY(7, 1); SELECT Number FROM Cars ORDER BY Id', [7, 8, 9]],
    [
      'ALTER TABLE Cars DROP CONSTRAINT CK_Doors, DF_Doors; ALTER TABLE Cars DROP COLUMN Doors; SELECT * FROM Cars WHERE Id = 3',
      [[3, null, 5, 4, 9]],
    ],
    [
      'ALTER TABLE Cars DROP CONSTRAINT IF EXISTS CK_Doors; ALTER TABLE Cars DROP COLUMN IF EXISTS Doors, Wheels',
      4922,
    ],
    [
      'CREATE TABLE Keys (CarId int); INSERT INTO Keys VALUES (3); ALTER TABLE Keys WITH CHECK ADD CONSTRAINT FK_Car FOREIGN KEY (CarId) REFERENCES Cars',
      '1 rows',
    ],
    ['INSERT INTO Keys VALUES (4)', 547],
    ['BEGIN TRAN; ALTER TABLE Keys ADD Extra int; ROLLBACK; SELECT * FROM Keys', [3]],
  ])
  failures([
    ['ALTER TABLE Cars ADD Bad int NOT NULL', 4901, "Column 'Bad' cannot be added to non-empty table 'Cars'"],
    [
      'ALTER TABLE Cars ADD CHECK (Seats < 5)',
      547,
      'The ALTER TABLE statement conflicted with the CHECK constraint',
    ],
    [
      'ALTER TABLE Cars ADD CONSTRAINT UQ_Name UNIQUE (Name), CONSTRAINT UQ_Seats UNIQUE (Seats)',
      1505,
      "index name 'UQ_Seats'",
    ],
    [
      'ALTER TABLE Keys ADD PRIMARY KEY (CarId)',
      8111,
      "Cannot define PRIMARY KEY constraint on nullable column in table 'Keys'.",
    ],
    [
      'ALTER TABLE Cars ADD PRIMARY KEY (Number)',
      1779,
      "Table 'Cars' already has a primary key defined on it.",
    ],
    [
      'ALTER TABLE Cars DROP CONSTRAINT PK_Cars',
      3725,
      "is being referenced by table 'Keys', foreign key constraint 'FK_Car'",
    ],
    ['ALTER TABLE Cars DROP CONSTRAINT Nothing', 3728, "'Nothing' is not a constraint."],
    ['ALTER TABLE Cars DROP COLUMN Id', 4922, 'one or more objects access this column'],
    ['ALTER TABLE Cars DROP COLUMN Nothing', 4924, "column 'Nothing' does not exist in table 'Cars'"],
    [
      'ALTER TABLE Cars ADD name int',
      2705,
      "Column name 'name' in table 'Cars' is specified more than once.",
    ],
    ['ALTER TABLE Nothing ADD A int', 4902, 'Cannot find the object "Nothing"'],
    ['TRUNCATE TABLE Nothing', 4701, 'Cannot find the object "Nothing"'],
    ['TRUNCATE TABLE Cars', 4712, 'because it is being referenced by a FOREIGN KEY constraint'],
  ])

  it('lets nobody but the administrator change tables', async () => {
    const reader = await openConnectionOf('reader', 'GRANT SELECT, INSERT, UPDATE, DELETE')

    assert.deepEqual(await run('CREATE TABLE Mine (A int)', reader), [262])
    assert.deepEqual(await run('ALTER TABLE Cars ADD Mine int', reader), [4902])
    assert.deepEqual(await run('TRUNCATE TABLE Keys', reader), [4701])
    assert.deepEqual(await run('CREATE INDEX IX_Mine ON Cars (Name)', reader), [1088])
    assert.deepEqual(await run('DROP INDEX IX_Mine ON Cars', reader), [3701])
    assert.deepEqual(await run('SET IDENTITY_INSERT Cars ON', reader), [1088])
  })
})
