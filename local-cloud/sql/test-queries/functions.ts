// Functions of one row: of text, and those that choose one of their arguments.
// https://learn.microsoft.com/sql/t-sql/functions/string-functions-transact-sql
// https://learn.microsoft.com/sql/t-sql/functions/logical-functions-transact-sql
import { describe } from 'node:test'
import { errors, refusals, values } from './database.ts'

describe('functions of text', () => {
  values([
    ["LEN(N'abc  ')", 'int', 3],
    ["LEN(CAST('abc' AS varchar(max)))", 'bigint', '3'],
    ['LEN(12345)', 'int', 5],
    ["DATALENGTH(N'abc ')", 'int', 8],
    ["DATALENGTH('abc ')", 'int', 4],
    ['DATALENGTH(7)', 'int', 4],
    ['DATALENGTH(CAST(NULL AS bigint))', 'int', null],
    ["LEFT('abcdefg', 2)", 'varchar(7)', 'ab'],
    ["RIGHT(N'abcdefg', 2)", 'nvarchar(7)', 'fg'],
    ["RIGHT('abc', 0)", 'varchar(3)', ''],
    ["SUBSTRING('abcdef', 0, 3)", 'varchar(6)', 'ab'],
    ["SUBSTRING('abcdef', 5, 30)", 'varchar(6)', 'ef'],
    ["CHARINDEX('BICYCLE', 'Reflectors are vital safety components of your bicycle.')", 'int', 48],
    ["CHARINDEX('is', 'This is a string')", 'int', 3],
    ["CHARINDEX('is', 'This is a string', 4)", 'int', 6],
    ["PATINDEX('%ter%', 'interesting data')", 'int', 3],
    ["PATINDEX('%en_ure%', 'Please ensure the door is locked!')", 'int', 8],
    ["PATINDEX('%[^ 0-9A-z]%', 'Please ensure the door is locked!')", 'int', 33],
    ["PATINDEX('a%', 'abc')", 'int', 1],
    ["PATINDEX('%a', 'cba')", 'int', 3],
    ["PATINDEX('%x%', 'abc')", 'int', 0],
    ["REPLACE('abcdefghicde', 'CDE', 'xxx')", 'varchar(8000)', 'abxxxfghixxx'],
    ["REPLACE(N'abc', 'b', '')", 'nvarchar(4000)', 'ac'],
    ["STUFF('abcdef', 2, 3, 'ijklmn')", 'varchar(12)', 'aijklmnef'],
    ["STUFF('abcdef', 7, 1, 'x')", 'varchar(7)', null],
    ["STUFF('abc', 2, 1, NULL)", 'varchar(4)', 'ac'],
    ["LTRIM('  a ') + '|'", 'varchar(5)', 'a |'],
    ["RTRIM('  a ') + '|'", 'varchar(5)', '  a|'],
    ["TRIM('     test    ') + '|'", 'varchar(14)', 'test|'],
    ["CONCAT('a', NULL, N'b', 7)", 'nvarchar(23)', 'ab7'],
    [
      "CONCAT_WS(',', '1 Microsoft Way', NULL, NULL, 'Redmond', 98052)",
      'varchar(49)',
      '1 Microsoft Way,Redmond,98052',
    ],
    ["CONCAT_WS('-', NULL, NULL)", 'varchar(4)', ''],
    ["REVERSE('abcd')", 'varchar(4)', 'dcba'],
    ["REPLICATE('0', 4)", 'varchar(8000)', '0000'],
    ["REPLICATE('0', -1)", 'varchar(8000)', null],
    ["LEN(REPLICATE('ab', 9000))", 'int', 8000],
    ["LEN(REPLICATE(CAST('ab' AS varchar(max)), 9000))", 'bigint', '18000'],
    ["'a' + SPACE(2) + 'b'", 'varchar(8000)', 'a  b'],
    ["QUOTENAME('abc[]def')", 'nvarchar(258)', '[abc[]]def]'],
    ["TRANSLATE('2*[3+4]', '[]', '()')", 'varchar(7)', '2*(3+4)'],
    ["ASCII('P')", 'int', 80],
    ["UNICODE(N'日')", 'int', 26085],
    ['CHAR(65)', 'varchar(1)', 'A'],
    ['NCHAR(26085)', 'nvarchar(1)', '日'],
    ['CHAR(256)', 'varchar(1)', null],
  ])
  errors([
    ["SELECT LEFT('abc', -1)", 537],
    ["SELECT RIGHT('abc', -1)", 536],
    ["SELECT SUBSTRING('abc', 2, -1)", 537],
    ["SELECT TRANSLATE('abc', 'ab', 'x')", 9828],
    ['SELECT LEN()', 174, 'The len function requires 1 argument(s).'],
    ["SELECT CHARINDEX('a')", 189],
  ])
  refusals([
    ["SELECT FORMAT(1, 'N')", 'the function FORMAT'],
    ["SELECT SOUNDEX('a')", 'the function SOUNDEX'],
    ["SELECT LTRIM('xa', 'x')", 'LTRIM of other characters than blanks'],
    ['SELECT STDEV(DISTINCT Id) FROM Sales', 'the function STDEV'],
    ['SELECT TOP (1) WITH TIES Id FROM Sales ORDER BY Shop', 'TOP … WITH TIES'],
    ['SELECT TOP 5 PERCENT Id FROM Sales', 'TOP … PERCENT'],
    ['SELECT DATALENGTH(1.5)', 'DATALENGTH of the type decimal'],
  ])
})

describe('functions that choose', () => {
  values([
    ["CHOOSE(3, 'Manager', 'Director', 'Developer', 'Tester')", 'varchar(9)', 'Developer'],
    ["CHOOSE(5, 'a', 'b')", 'varchar(1)', null],
    ['CHOOSE(1, 2, 3.5)', 'decimal(11,1)', 2],
    ['IIF(45 > 30, 1, 2.5)', 'decimal(11,1)', 1],
    ['IIF(NULL > 30, 1, 2)', 'int', 2],
    ['CASE WHEN 1 = 1 THEN 1 ELSE 2.5 END', 'decimal(11,1)', 1],
    ["ISNULL(CAST(NULL AS varchar(2)), 'long')", 'varchar(2)', 'lo'],
    ["COALESCE(NULL, 'a', N'long')", 'nvarchar(4)', 'a'],
    ['NULLIF(4, 4.0)', 'int', null],
    ["CASE 2 WHEN 1 THEN 'a' WHEN NULL THEN 'b' ELSE 'c' END", 'varchar(1)', 'c'],
    ['CASE WHEN 1 = 2 THEN 1 / 0 ELSE 5 END', 'int', 5],
  ])
  errors([
    ['SELECT COALESCE(NULL, NULL)', 4127],
    ['SELECT NULLIF(NULL, 1)', 4151],
    ['SELECT CASE WHEN 1 = 1 THEN NULL END', 8133],
    ['SELECT IIF(1 = 1, NULL, NULL)', 8133],
  ])
})
