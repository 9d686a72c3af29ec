// https://learn.microsoft.com/sql/t-sql/statements/create-table-transact-sql-identity-property
// https://learn.microsoft.com/sql/t-sql/functions/scope-identity-transact-sql
// https://learn.microsoft.com/sql/t-sql/statements/set-identity-insert-transact-sql
import { describe } from 'node:test'
import { batches, failures } from './test-batches.ts'

describe('IDENTITY', () => {
  batches([
    ['CREATE TABLE Orders (Id int IDENTITY PRIMARY KEY, Note nvarchar(9) NOT NULL)'],
    [
      "INSERT INTO Orders (Note) VALUES (N'a'), (N'b'); SELECT SCOPE_IDENTITY(), @@IDENTITY",
      '2 rows',
      [[2, 2]],
    ],
    [
      "INSERT INTO Orders VALUES (N'c'); SELECT Id, Note FROM Orders",
      '1 rows',
      [
        [1, 'a'],
        [2, 'b'],
        [3, 'c'],
      ],
    ],
    // The batches of a session are one scope: example B of the page.
    ['SELECT SCOPE_IDENTITY(), @@IDENTITY', [[3, 3]]],
    // A statement that fails and a rollback use up numbers.
    ['INSERT INTO Orders (Note) VALUES (NULL)', 515],
    ["BEGIN TRAN; INSERT INTO Orders (Note) VALUES (N'd'); ROLLBACK", '1 rows'],
    ["INSERT INTO Orders (Note) VALUES (N'e'); SELECT MAX(Id) FROM Orders", '1 rows', [6]],
    [
      "SET IDENTITY_INSERT Orders ON; INSERT INTO Orders (Id, Note) VALUES (20, N'f'), (15, N'g'); SET IDENTITY_INSERT Orders OFF",
      '2 rows',
    ],
    ["INSERT INTO Orders (Note) SELECT N'h'; SELECT SCOPE_IDENTITY()", '1 rows', [21]],
    [
      "DELETE FROM Orders; INSERT INTO Orders (Note) VALUES (N'i'); SELECT Id FROM Orders",
      '7 rows',
      '1 rows',
      [22],
    ],
    ["TRUNCATE TABLE Orders; INSERT INTO Orders (Note) VALUES (N'j'); SELECT Id FROM Orders", '1 rows', [1]],
    [
      "BEGIN TRAN; TRUNCATE TABLE Orders; ROLLBACK; INSERT INTO Orders (Note) VALUES (N'k'); SELECT Id FROM Orders",
      '1 rows',
      [1, 2],
    ],
    ['CREATE TABLE Falling (Id smallint IDENTITY(5, -10), A int)'],
    ['INSERT INTO Falling VALUES (0), (0), (0); SELECT Id FROM Falling', '3 rows', [5, -5, -15]],
    ['CREATE TABLE Tiny (Id tinyint IDENTITY(254, 1))'],
    [
      'INSERT INTO Tiny DEFAULT VALUES; INSERT INTO Tiny DEFAULT VALUES; INSERT INTO Tiny DEFAULT VALUES',
      '1 rows',
      '1 rows',
      8115,
    ],
    ['CREATE TABLE Plain (A int); INSERT INTO Plain VALUES (1); SELECT @@IDENTITY', '1 rows', [null]],
  ])
  failures([
    [
      "INSERT INTO Orders (Id, Note) VALUES (9, N'x')",
      544,
      "column in table 'Orders' when IDENTITY_INSERT is set to OFF.",
    ],
    ["INSERT INTO Orders VALUES (9, N'x')", 8101, 'can only be specified when a column list is used'],
    [
      "SET IDENTITY_INSERT Orders ON; INSERT INTO Orders (Note) VALUES (N'x')",
      545,
      'Explicit value must be specified',
    ],
    ['SET IDENTITY_INSERT Falling ON', 8107, "already ON for table 'keyless.dbo.Orders'"],
    [
      'SET IDENTITY_INSERT Orders OFF; SET IDENTITY_INSERT Plain ON',
      8106,
      'does not have the identity property',
    ],
    ['UPDATE Orders SET Id = 5', 8102, "Cannot update identity column 'Id'."],
    ['CREATE TABLE Bad (A int IDENTITY, B int IDENTITY)', 2744, 'Multiple identity columns'],
    ['CREATE TABLE Bad (A nvarchar(5) IDENTITY)', 2749, "Identity column 'A' must be of data type int"],
    [
      'CREATE TABLE Bad (A int IDENTITY DEFAULT 1)',
      1754,
      'Defaults cannot be created on columns with an IDENTITY',
    ],
  ])
})
