// SQL_Latin1_General_CP1_CI_AS, the default of Azure SQL: case does not count, accents do, blanks at the end do not.

/**
 * The key of a text: texts that are equal to SQL Server have equal keys, and keys sort as the texts do. Letters come first
 * without their accents, so that É stands between E and F; symbols come before digits, and digits before letters.
 */
export function collationKey(text: string): string {
  const folded = fold(text.replace(/ +$/, ''))
  const letters = folded
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(/[^\p{L}\p{N}]/gu, '\u0002$&')
  return `${letters}\u0001${folded}`
}

/** Takes away what the collation does not see in a text: the case. */
export function fold(text: string): string {
  return text.normalize('NFC').toLowerCase()
}

/** Finds a part in a text from an index on, without regard to case. The result is an index, or -1. */
export function indexIn(text: string, part: string, from = 0): number {
  return sameLengthFold(text).indexOf(sameLengthFold(part), from)
}

// 'İ'.toLowerCase() is two characters long, which would move every index behind it.
function sameLengthFold(text: string): string {
  return Array.from(text, (letter) => {
    const lower = letter.toLowerCase()
    return lower.length === letter.length ? lower : letter
  }).join('')
}
