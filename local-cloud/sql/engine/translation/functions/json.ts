// Translates the functions of JSON.
// https://learn.microsoft.com/sql/t-sql/functions/json-functions-transact-sql
import { int, MAX, nvarchar } from '../../../model/types.ts'
import { asText, type SqlFunction, taking } from './arguments.ts'

export const jsonFunctions: Record<string, SqlFunction> = {
  ISJSON: taking(1, ([text]) => ({ sql: `is_json(${asText(text).sql})`, type: int })),
  JSON_VALUE: taking(2, ([text, path]) => ({
    sql: `json_scalar(${asText(text).sql}, ${asText(path).sql})`,
    type: nvarchar(4000),
  })),
  JSON_QUERY: {
    counts: [1, 2],
    translate: ([text, path]) => ({
      sql: `json_fragment(${asText(text).sql}, ${path ? asText(path).sql : "'$'"})`,
      type: nvarchar(MAX),
      isJson: true,
    }),
  },
}
