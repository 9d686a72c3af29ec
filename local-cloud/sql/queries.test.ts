// What queries answer, asked by tedious. The themes stand in test-queries/, so that one server serves them all.
import './test-queries/combinations.ts'
import './test-queries/dates.ts'
import './test-queries/functions.ts'
import './test-queries/groups.ts'
import './test-queries/joins.ts'
import './test-queries/json.ts'
import './test-queries/numbers.ts'
import './test-queries/windows.ts'
