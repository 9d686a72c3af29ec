// The Retry-After header: https://www.rfc-editor.org/rfc/rfc9110#field.retry-after

/** Returns the milliseconds that a Retry-After header asks to wait, given in seconds or as a date. 0 if it is missing or invalid. */
export function retryAfterMs(header: string | undefined): number {
  if (!header) return 0
  const milliseconds = /^\d+$/.test(header) ? Number(header) * 1_000 : Date.parse(header) - Date.now()
  return Math.max(0, milliseconds || 0)
}
