// Functions of numbers.
// https://learn.microsoft.com/sql/t-sql/functions/mathematical-functions-transact-sql
import { describe } from 'node:test'
import { errors, refusals, values } from './database.ts'

describe('functions of numbers', () => {
  values([
    ['ABS(-1.0)', 'decimal(2,1)', 1],
    ['ABS(-7)', 'int', 7],
    ['ABS(-2.5e0)', 'float', 2.5],
    ["ABS('-2')", 'float', 2],
    ['ABS(CAST(NULL AS bigint))', 'bigint', null],
    ['CEILING(123.45)', 'decimal(5,0)', 124],
    ['CEILING(-123.45)', 'decimal(5,0)', -123],
    ['FLOOR(-123.45)', 'decimal(5,0)', -124],
    ['FLOOR(123.45e0)', 'float', 123],
    ['FLOOR(7)', 'int', 7],
    // The examples of ROUND and POWER in their documentation.
    ['ROUND(123.9994, 3)', 'decimal(7,4)', 123.999],
    ['ROUND(123.9995, 3)', 'decimal(7,4)', 124],
    ['ROUND(123.45, -2)', 'decimal(5,2)', 100],
    ['ROUND(150.75, 0)', 'decimal(5,2)', 151],
    ['ROUND(150.75, 0, 1)', 'decimal(5,2)', 150],
    ['ROUND(748.58, -4)', 'decimal(5,2)', 0],
    ['ROUND(CAST(748.58 AS decimal(6, 2)), -3)', 'decimal(6,2)', 1000],
    ['ROUND(-2.345, 2)', 'decimal(4,3)', -2.35],
    ['ROUND(CAST(15 AS tinyint), -1)', 'int', 20],
    ['ROUND(1.005e0, 2)', 'float', 1.01],
    ['ROUND(-1234.5678e0, -2)', 'float', -1200],
    ['POWER(CAST(2.5 AS float), 3)', 'float', 15.625],
    ['POWER(2, -100.0)', 'int', 0],
    ['POWER(2.0, 3)', 'decimal(38,1)', 8],
    ['POWER(2, 10)', 'int', 1024],
    ['SIGN(-125)', 'int', -1],
    ['SIGN(0.0)', 'decimal(1,1)', 0],
    ['SIGN(5e0)', 'float', 1],
    ['SQRT(16)', 'float', 4],
    ['SQUARE(1.5)', 'float', 2.25],
    ['EXP(0)', 'float', 1],
    ['LOG10(1000)', 'float', 3],
    ['PI()', 'float', Math.PI],
  ])
  errors([
    ['SELECT ABS(CAST(-2147483647 - 1 AS int))', 8115, 'data type int'],
    ['SELECT ROUND(748.58, -3)', 8115],
    ['SELECT POWER(10, 10)', 232],
    ['SELECT SQRT(-1)', 3623],
    ['SELECT LOG(0)', 3623],
    [
      'SELECT CEILING(CAST(1 AS bit))',
      8116,
      'Argument data type bit is invalid for argument 1 of ceiling function.',
    ],
    ['SELECT ROUND(1.5)', 189],
  ])
  refusals([
    ['SELECT POWER(CAST(3 AS bigint), 39)', 'POWER of bigint'],
    ['SELECT RAND()', 'the function RAND'],
  ])
})
