// Formats numbers and times for pages. Times are in UTC, because the server does not know the visitor's time zone.
import { lazy } from '../lazy.ts'

// The first of them loads the data of ICU, which takes a tenth of a start.
const dateOnly = lazy(() => new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeZone: 'UTC' }))
const timeOnly = lazy(() => new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium', timeZone: 'UTC' }))
const amount = lazy(() => new Intl.NumberFormat('en', { style: 'currency', currency: 'EUR' }))
const whole = lazy(() => new Intl.NumberFormat('en'))
const fromNow = lazy(() => new Intl.RelativeTimeFormat('en', { numeric: 'always' }))

/** Creates the formats before a page needs them. */
export function preload(): void {
  for (const format of [dateOnly, timeOnly, amount, whole, fromNow]) format()
}

/** 21 Nov 2026 */
export function date(value: Date | string): string {
  return dateOnly().format(new Date(value))
}

/** 21 Nov 2026, 09:05:00 UTC */
export function dateTime(value: Date | string): string {
  return `${date(value)}, ${time(new Date(value))}`
}

/** 09:05:00 UTC */
export function time(value: Date): string {
  return `${timeOnly().format(value)} UTC`
}

/** "in 3 months", "20 seconds ago", "just now" */
export function relativeTime(value: Date, now = new Date()): string {
  const seconds = (value.getTime() - now.getTime()) / 1000
  if (Math.abs(seconds) < 0.5) return 'just now'
  const steps: [unit: Intl.RelativeTimeFormatUnit, seconds: number][] = [
    ['year', 365.25 * 86_400],
    ['month', 30.4375 * 86_400],
    ['day', 86_400],
    ['hour', 3_600],
    ['minute', 60],
  ]
  // From 99 % of a unit on, so that 59.9 minutes are shown as an hour.
  const [unit, length] = steps.find(([, length]) => Math.abs(seconds) >= 0.99 * length) ?? ['second', 1]
  return fromNow().format(Math.round(seconds / length), unit)
}

/** 1 byte, 812 bytes, 3.1 MB: a kilobyte has 1,000 bytes, as file managers count. */
export function size(bytes: number): string {
  if (bytes < 1000) return bytes === 1 ? '1 byte' : `${bytes} bytes`
  const units = ['kB', 'MB', 'GB', 'TB']
  let value = bytes / 1000
  // 999.5 and more would be rounded to 1000, and 99.95 to 100.0.
  while (value >= 999.5 && units.length > 1) {
    value /= 1000
    units.shift()
  }
  return `${value < 99.95 ? value.toFixed(1) : Math.round(value)} ${units[0]}`
}

/** €1,234.50: the table holds the prices in this currency. */
export function price(value: number): string {
  return amount().format(value)
}

/** 12,345 */
export function count(value: number): string {
  return whole().format(value)
}

/** 12 ms, 1.2 s */
export function duration(milliseconds: number): string {
  if (milliseconds < 1) return 'less than 1 ms'
  return milliseconds < 999.5 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(1)} s`
}

/** The part of a document's name up to its last slash, including the slash. */
export function folder(name: string): string {
  return name.slice(0, name.length - fileName(name).length)
}

/** The part of a document's name after its folder. A name that ends with slashes keeps them. */
export function fileName(name: string): string {
  let end = name.length
  while (end > 0 && name[end - 1] === '/') end -= 1
  return end === 0 ? name : name.slice(name.lastIndexOf('/', end - 1) + 1)
}

/** Whether a name has spaces that HTML would drop: at its beginning or end, or several in a row. */
export function hasOddSpaces(name: string): boolean {
  return /^\s|\s$|\s\s/.test(name)
}

/** The media type without its parameters. */
export function mediaType(contentType: string): string {
  return contentType.split(';', 1)[0]?.trim() ?? ''
}
