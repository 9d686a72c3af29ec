// SQL_Latin1_General_CP1_CI_AS, the default of Azure SQL: case does not count, accents do, blanks at the end do not. The two
// kinds of text have different rules, as in SQL Server.
// https://learn.microsoft.com/sql/relational-databases/collations/collation-and-unicode-support

export type TextKind = 'varchar' | 'nvarchar'

/** Symbols in the order of Windows, for nvarchar; others follow them. Then come digits, then letters. */
const SYMBOLS = [...' !"#$%&()*,./:;?@[\\]^_`{|}~+<=>']
/** Counts only between texts that are alike but for these, in the word sort of Windows. */
const IGNORED = /['\-\u00ad\u2010\u2011]/g
/** Lower than whatever a level holds, so that a text stands before those that go on. */
const NEXT_LEVEL = '\u0001'
/** Marks a symbol, so that it stands before digits and letters. */
const SYMBOL = '\u0002'
/** Letters that are two letters to the rules of nvarchar. */
const EXPANSIONS: Record<string, string> = { ß: 'ss', æ: 'ae', œ: 'oe', þ: 'th' }

const wordSymbols = new Map(
  SYMBOLS.map((symbol, place) => [symbol, SYMBOL + String.fromCharCode(0x20 + place)]),
)

/**
 * The key of a text: texts that are equal to SQL Server have equal keys, and keys sort as the texts do. There are three levels,
 * of which the later ones count where the earlier ones are equal: letters without their accents, so that É stands between E
 * and F; accents; marks that are ignored.
 */
export function collationKey(text: string, kind: TextKind): string {
  const folded = fold(text.replace(/ +$/, ''))
  const letters = kind === 'nvarchar' ? folded.replace(/[\u0080-\uffff]/g, unicodeFold) : folded
  const marks = kind === 'nvarchar' ? marksIn(letters) : ''
  const accented = marks === '' ? letters : letters.replace(IGNORED, '')
  const plain = withoutAccents(accented)
  const primary = plain.replace(/[^a-z0-9]/g, kind === 'nvarchar' ? wordSymbol : codePointSymbol)
  if (plain === accented && marks === '') return primary
  return `${primary}${NEXT_LEVEL}${plain === accented ? '' : accented}${marks && NEXT_LEVEL + marks}`
}

// Letters of the width of a Chinese character and raised digits are plain ones, and Katakana is Hiragana.
function unicodeFold(letter: string): string {
  const expanded = EXPANSIONS[letter]
  if (expanded) return expanded
  const plain = letter.normalize('NFKC')
  const narrow = plain.length === 1 ? plain.toLowerCase() : letter
  return /[\u30a1-\u30f6]/.test(narrow) ? String.fromCharCode(narrow.charCodeAt(0) - 0x60) : narrow
}

function marksIn(letters: string): string {
  if (letters.search(IGNORED) < 0) return ''
  const places = letters.matchAll(IGNORED)
  return Array.from(places, ({ index, 0: mark }) => String(index).padStart(4, '0') + mark).join('')
}

function withoutAccents(text: string): string {
  return /[\u0080-\uffff]/.test(text) ? text.normalize('NFD').replace(/\p{M}/gu, '') : text
}

function wordSymbol(character: string): string {
  return wordSymbols.get(character) ?? codePointSymbol(character)
}

function codePointSymbol(character: string): string {
  return /[\p{L}\p{N}\p{Cs}]/u.test(character) ? character : SYMBOL + character
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
