// What clients read of a CHECK or a DEFAULT: equivalent to what was written, and in brackets, as SQL Server shows it.
// https://learn.microsoft.com/sql/relational-databases/system-information-schema-views/columns-transact-sql

export function checkText(condition: string): string {
  return `(${condition})`
}

/** Puts numbers in two pairs of brackets and anything else in one. */
export function defaultText(written: string): string {
  const value = withoutBrackets(written)
  if (/^[+-]?[\d.]+$/.test(value)) return `((${value}))`
  return /^\w+\(\)$/.test(value) ? `(${value.toLowerCase()})` : `(${value})`
}

function withoutBrackets(text: string): string {
  let depth = 0
  for (const { 0: token, index } of text.matchAll(/'[^']*'|\[[^\]]*\]|[()]/g)) {
    if (token === '(') depth += 1
    if (token === ')') depth -= 1
    if (depth === 0) {
      const isOutermost = text.startsWith('(') && index === text.length - 1
      return isOutermost ? withoutBrackets(text.slice(1, -1).trim()) : text
    }
  }
  return text
}
