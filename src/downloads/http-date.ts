// HTTP dates (RFC 9110, section 5.6.7). Date.parse alone accepts many other formats, such as "2026".

const DAY = '(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)'
const MONTH = '(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)'
const TIME = '\\d{2}:\\d{2}:\\d{2}'

const IMF_FIXDATE = new RegExp(`^${DAY}, \\d{2} ${MONTH} \\d{4} ${TIME} GMT$`)
const RFC_850 = new RegExp(`^(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day, \\d{2}-${MONTH}-\\d{2} ${TIME} GMT$`)
const ASCTIME = new RegExp(`^${DAY} ${MONTH} [ \\d]\\d ${TIME} \\d{4}$`)

/** Parses the three date formats that a recipient must accept. Returns undefined for any other header, or none. */
export function parseHttpDate(header: string | undefined): Date | undefined {
  if (header === undefined) return undefined
  const valid = IMF_FIXDATE.test(header) || RFC_850.test(header) || ASCTIME.test(header)
  if (!valid) return undefined
  // asctime has no time zone; it means GMT.
  const date = new Date(ASCTIME.test(header) ? `${header} GMT` : header)
  return Number.isNaN(date.getTime()) ? undefined : date
}
