// LIKE: % stands for any text, _ for one character, [a-z] for one of a set, [^a-z] for one outside of it.
// https://learn.microsoft.com/sql/t-sql/language-elements/like-transact-sql
import { SqlError } from '../../model/errors.ts'
import { collationKey, fold, type TextKind } from './collation.ts'

type Piece = 'any text' | ((character: string) => boolean)

/**
 * Tells whether a text is like a pattern. Blanks at the end of a varchar need not be in the pattern.
 *
 * @throws SqlError 506 when the escape character is not one character
 */
export function isLike(kind: TextKind, text: string, pattern: string, escapeWith = ''): boolean {
  if (escapeWith.length > 1) {
    throw new SqlError(506, `The invalid escape character "${escapeWith}" was specified in a LIKE predicate.`)
  }
  const pieces = piecesOf(pattern.normalize('NFC'), escapeWith, kind)
  if (!pieces) return false
  const composed = text.normalize('NFC')
  const end = kind === 'varchar' ? composed.replace(/ +$/, '').length : composed.length
  return matches(composed, pieces, end)
}

// Walks both together. At a mismatch the last % takes one character more, which is all the going back there is to do.
function matches(text: string, pieces: Piece[], end: number): boolean {
  let at = 0
  let piece = 0
  let afterLastPercent = -1
  let resumeAt = 0
  while (at < text.length) {
    const current = pieces[piece]
    if (current === 'any text') {
      piece += 1
      afterLastPercent = piece
      resumeAt = at
    } else if (current?.(text.charAt(at))) {
      piece += 1
      at += 1
    } else if (current === undefined && at >= end) {
      return true
    } else if (afterLastPercent >= 0) {
      resumeAt += 1
      at = resumeAt
      piece = afterLastPercent
    } else {
      return false
    }
  }
  return pieces.slice(piece).every((rest) => rest === 'any text')
}

// Gives undefined for a set that is never closed: such a pattern matches nothing.
function piecesOf(pattern: string, escapeWith: string, kind: TextKind): Piece[] | undefined {
  const pieces: Piece[] = []
  for (let index = 0; index < pattern.length; index += 1) {
    const character = pattern.charAt(index)
    if (character === escapeWith) {
      index += 1
      if (index === pattern.length) return undefined
      pieces.push(exactly(pattern.charAt(index)))
    } else if (character === '%') pieces.push('any text')
    else if (character === '_') pieces.push(() => true)
    else if (character === '[') {
      const end = endOfSet(pattern, index + 1, escapeWith)
      if (end === undefined) return undefined
      pieces.push(oneOf(pattern.slice(index + 1, end), escapeWith, kind))
      index = end
    } else pieces.push(exactly(character))
  }
  return pieces
}

function exactly(expected: string): Piece {
  const folded = fold(expected)
  return (character) => fold(character) === folded
}

function endOfSet(pattern: string, start: number, escapeWith: string): number | undefined {
  for (let index = start; index < pattern.length; index += 1) {
    if (pattern.charAt(index) === escapeWith) index += 1
    else if (pattern.charAt(index) === ']') return index
  }
  return undefined
}

function oneOf(set: string, escapeWith: string, kind: TextKind): Piece {
  const keyOf = (character: string) => collationKey(character, kind)
  const negated = set.startsWith('^')
  const ranges: [low: string, high: string][] = []
  const characters = setCharacters(negated ? set.slice(1) : set, escapeWith)
  for (let index = 0; index < characters.length; index += 1) {
    const low = characters[index]
    const high = characters[index + 2]
    if (low && high && isDash(characters[index + 1])) {
      ranges.push([keyOf(low.character), keyOf(high.character)])
      index += 2
    } else if (low) ranges.push([keyOf(low.character), keyOf(low.character)])
  }
  return (character) => {
    const key = keyOf(character)
    return ranges.some(([low, high]) => key >= low && key <= high) !== negated
  }
}

function isDash(item?: { character: string; escaped: boolean }): boolean {
  return item?.character === '-' && !item.escaped
}

function setCharacters(set: string, escapeWith: string): { character: string; escaped: boolean }[] {
  const characters = []
  for (let index = 0; index < set.length; index += 1) {
    const escaped = set.charAt(index) === escapeWith
    if (escaped) index += 1
    characters.push({ character: set.charAt(index), escaped })
  }
  return characters
}
