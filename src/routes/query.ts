// Parses query parameters with a schema. The error message names each wrong parameter.
import createError from 'http-errors'
import * as z from 'zod'

/**
 * Parses query parameters.
 *
 * @param schema each field has a description of the values that it takes, which is used in the error message
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

/** A text of up to `length` characters, without those that XML cannot contain. */
export function xmlText(length: number) {
  return z
    .string()
    .max(length)
    .regex(/^[^\p{Cc}\uFFFE\uFFFF]*$/u)
}
