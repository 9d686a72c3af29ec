// Query parameters: parsed by a schema, refused with a sentence that names the parameter.
import createError from 'http-errors'
import * as z from 'zod'

/**
 * Parses query parameters. The description of each field says what it takes and is shown when it is not that.
 *
 * @throws {HttpError} 400 that names every wrong parameter
 */
export function parseQuery<Shape extends z.ZodRawShape>(schema: z.ZodObject<Shape>, query: unknown) {
  const parsed = schema.safeParse(query)
  if (parsed.success) return parsed.data
  const names = new Set(parsed.error.issues.map((issue) => String(issue.path[0])))
  const sentences = [...names].map(
    (name) => `${name} takes ${z.globalRegistry.get(schema.shape[name] as z.ZodType)?.description}.`,
  )
  throw createError(400, sentences.join(' '))
}

/** A whole number in decimal digits, from `min` to `max`. */
export function wholeNumber(min: number, max: number) {
  return z
    .string()
    .regex(/^-?\d{1,16}$/)
    .transform(Number)
    .pipe(z.number().min(min).max(max))
}

/** Text of up to `length` characters that XML can hold. */
export function xmlText(length: number) {
  return z
    .string()
    .max(length)
    .regex(/^[^\p{Cc}\uFFFE\uFFFF]*$/u)
}
