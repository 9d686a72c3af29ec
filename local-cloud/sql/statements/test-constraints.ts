// https://learn.microsoft.com/sql/t-sql/statements/create-table-transact-sql
// https://learn.microsoft.com/sql/relational-databases/tables/primary-and-foreign-key-constraints
// https://learn.microsoft.com/sql/relational-databases/errors-events/database-engine-events-and-errors
import { describe } from 'node:test'
import { batches, failures } from './test-batches.ts'

describe('DEFAULT', () => {
  batches([
    [
      "CREATE TABLE Notes (Id int, Text nvarchar(9) NOT NULL CONSTRAINT DF_Text DEFAULT N'none', Size int DEFAULT (1 + 1), Made datetime2 DEFAULT SYSUTCDATETIME())",
    ],
    ['INSERT INTO Notes (Id) VALUES (1), (2)', '2 rows'],
    ["INSERT INTO Notes (Id, Text, Size) VALUES (3, DEFAULT, NULL), (4, N'x', DEFAULT)", '2 rows'],
    ['INSERT INTO Notes DEFAULT VALUES', '1 rows'],
    [
      'SELECT Id, Text, Size FROM Notes WHERE Made <= SYSUTCDATETIME()',
      [
        [1, 'none', 2],
        [2, 'none', 2],
        [3, 'none', null],
        [4, 'x', 2],
        [null, 'none', 2],
      ],
    ],
    [
      'UPDATE Notes SET Text = DEFAULT, Size = 9 WHERE Id = 4; UPDATE Notes SET Size += 1 WHERE Id = 4',
      '1 rows',
      '1 rows',
    ],
    ['SELECT Text, Size FROM Notes WHERE Id = 4', [['none', 10]]],
    ["CREATE TABLE Short (A nvarchar(2) DEFAULT N'long'); INSERT INTO Short DEFAULT VALUES", 2628],
  ])
  failures([
    ['CREATE TABLE Bad (A int, B int DEFAULT A)', 128, 'The name "A" is not permitted in this context.'],
    ['ALTER TABLE Notes ADD DEFAULT 1 FOR Size', 1781, 'Column already has a DEFAULT bound to it.'],
    [
      'ALTER TABLE Notes ADD CONSTRAINT DF_Text DEFAULT 1 FOR Id',
      2714,
      "There is already an object named 'DF_Text'",
    ],
  ])
})

describe('CHECK', () => {
  batches([
    [
      'CREATE TABLE Prices (Low int CONSTRAINT CK_Low CHECK (Low > 0), High int, CONSTRAINT CK_Order CHECK (Low <= High))',
    ],
    // Unknown is as good as true.
    ['INSERT INTO Prices VALUES (1, 2), (NULL, 5), (3, NULL)', '3 rows'],
    ['INSERT INTO Prices VALUES (5, 6), (0, 1); SELECT COUNT(*) FROM Prices', [3], 547],
    ['UPDATE Prices SET High = High - 2; SELECT MAX(High) FROM Prices', [5], 547],
  ])
  failures([
    [
      'INSERT INTO Prices VALUES (0, 1)',
      547,
      'The INSERT statement conflicted with the CHECK constraint "CK_Low". The conflict occurred in database "keyless", table "dbo.Prices", column \'Low\'.',
    ],
    [
      'UPDATE Prices SET Low = 9 WHERE High = 2',
      547,
      'The UPDATE statement conflicted with the CHECK constraint "CK_Order". The conflict occurred in database "keyless", table "dbo.Prices".',
    ],
    ['CREATE TABLE Bad (A int CHECK (B > 0))', 207, "Invalid column name 'B'."],
    ['CREATE TABLE Bad (A int CHECK (A IN (SELECT 1)))', 1046, 'Subqueries are not allowed in this context.'],
  ])
})

describe('UNIQUE and CREATE UNIQUE INDEX', () => {
  batches([
    ['CREATE TABLE Codes (Id int PRIMARY KEY, Code nvarchar(5) CONSTRAINT UQ_Code UNIQUE, Rank int)'],
    ["INSERT INTO Codes VALUES (1, N'a', 1), (2, N'b', 1)", '2 rows'],
    ['CREATE UNIQUE NONCLUSTERED INDEX IX_Rank ON dbo.Codes (Rank DESC)', 1505],
    ['UPDATE Codes SET Rank = Id; CREATE UNIQUE INDEX IX_Rank ON Codes (Rank) INCLUDE (Code)', '2 rows'],
    ["INSERT INTO Codes VALUES (3, N'c', 2); INSERT INTO Codes VALUES (3, N'A', 3)", 2601, 2627],
    ['UPDATE Codes SET Rank = 3 - Rank', '2 rows'],
    ["DROP INDEX IX_Rank ON Codes; INSERT INTO Codes VALUES (3, N'c', 2)", '1 rows'],
    ['DROP INDEX IF EXISTS IX_Rank ON Codes; CREATE INDEX IX_Rank ON Codes (Rank)'],
  ])
  failures([
    [
      "INSERT INTO Codes VALUES (4, N'A', 4)",
      2627,
      "Violation of UNIQUE KEY constraint 'UQ_Code'. Cannot insert duplicate key in object 'dbo.Codes'. The duplicate key value is (A).",
    ],
    [
      'CREATE UNIQUE INDEX IX_Twice ON Codes (Rank)',
      1505,
      "duplicate key was found for the object name 'dbo.Codes' and the index name 'IX_Twice'. The duplicate key value is (2).",
    ],
    [
      'CREATE INDEX IX_RANK ON Codes (Code)',
      1913,
      "an index or statistics with name 'IX_RANK' already exists on table 'dbo.Codes'",
    ],
    ['CREATE INDEX IX_New ON Codes (Nothing)', 1911, "Column name 'Nothing' does not exist"],
    ['CREATE INDEX IX_New ON Nothing (Code)', 1088, 'Cannot find the object "Nothing"'],
    ['DROP INDEX UQ_Code ON Codes', 3723, 'It is being used for UNIQUE KEY constraint enforcement.'],
    ['DROP INDEX Nothing ON Codes', 3701, "Cannot drop the index 'Codes.Nothing'"],
  ])
})

describe('FOREIGN KEY', () => {
  batches([
    ['CREATE TABLE Authors (Id int PRIMARY KEY, Code nvarchar(5) UNIQUE, Boss int REFERENCES Authors)'],
    [
      'CREATE TABLE Books (Id int PRIMARY KEY, AuthorId int NOT NULL CONSTRAINT FK_Author REFERENCES Authors (Id) ON DELETE CASCADE, Code nvarchar(5), CONSTRAINT FK_Code FOREIGN KEY (Code) REFERENCES Authors (Code))',
    ],
    [
      'CREATE TABLE Pages (BookId int FOREIGN KEY REFERENCES Books ON DELETE CASCADE ON UPDATE NO ACTION, Page int)',
    ],
    ["INSERT INTO Authors VALUES (1, N'a', NULL), (2, N'b', 2), (3, N'c', 1)", '3 rows'],
    // Text is equal as the collation says, and NULL refers to nothing.
    [
      "INSERT INTO Books VALUES (10, 2, NULL), (11, 2, NULL), (12, 3, N'C '); INSERT INTO Pages VALUES (10, 1), (10, 2), (12, 1)",
      '3 rows',
      '3 rows',
    ],
    [
      'DELETE FROM Authors WHERE Id = 2; SELECT Id FROM Books; SELECT BookId FROM Pages',
      '1 rows',
      [12],
      [12],
    ],
    ['DELETE FROM Authors; SELECT COUNT(*) FROM Authors', '2 rows', [0]],
    ["INSERT INTO Authors VALUES (1, N'a', NULL); INSERT INTO Books VALUES (1, 1, N'a')", '1 rows', '1 rows'],
    ["UPDATE Authors SET Code = N'A'; UPDATE Authors SET Code = N'z'", '1 rows', 547],
    ['DROP TABLE Authors; TRUNCATE TABLE Books', 3726, 4712],
  ])
  failures([
    [
      'INSERT INTO Books VALUES (2, 9, NULL)',
      547,
      'The INSERT statement conflicted with the FOREIGN KEY constraint "FK_Author". The conflict occurred in database "keyless", table "dbo.Authors", column \'Id\'.',
    ],
    [
      "UPDATE Books SET Code = N'x'",
      547,
      'The UPDATE statement conflicted with the FOREIGN KEY constraint "FK_Code".',
    ],
    ["INSERT INTO Authors VALUES (5, N'e', 6)", 547, 'FOREIGN KEY SAME TABLE constraint'],
    [
      "INSERT INTO Authors VALUES (5, N'e', 5); INSERT INTO Authors VALUES (6, N'f', 5); DELETE FROM Authors WHERE Id = 5",
      547,
      'The DELETE statement conflicted with the SAME TABLE REFERENCE constraint',
    ],
    [
      'UPDATE Authors SET Id = 9 WHERE Id = 1',
      547,
      'The UPDATE statement conflicted with the REFERENCE constraint "FK_Author". The conflict occurred in database "keyless", table "dbo.Books", column \'AuthorId\'.',
    ],
    ['CREATE TABLE Bad (A int REFERENCES Nothing)', 1767, 'references invalid table'],
    [
      'CREATE TABLE Bad (A int REFERENCES Pages (Page))',
      1776,
      "no primary or candidate keys in the referenced table 'dbo.Pages'",
    ],
    ['CREATE TABLE Bad (A int REFERENCES Pages)', 1773, 'does not have a primary key defined on it'],
    [
      'CREATE TABLE Bad (A bigint REFERENCES Authors)',
      1778,
      "Column 'Authors.Id' is not the same data type as referencing column 'Bad.A'",
    ],
    [
      'CREATE TABLE Bad (A int REFERENCES Authors (X))',
      1770,
      "references invalid column 'X' in referenced table 'Authors'",
    ],
    [
      'CREATE TABLE Bad (Id int PRIMARY KEY, Up int REFERENCES Bad ON DELETE CASCADE)',
      1785,
      'may cause cycles or multiple cascade paths',
    ],
    [
      'CREATE TABLE Bad (A int REFERENCES Authors ON DELETE CASCADE, B int REFERENCES Books ON DELETE CASCADE)',
      1785,
      'may cause cycles',
    ],
  ])
})
