// UPPER and LOWER. SQL Server maps each letter by itself, so that a text keeps its length: there is no capital of ß.
import { isOnCodePage } from '../../model/code-page.ts'
import type { TextKind } from './collation.ts'

export function upper(text: string, kind: TextKind): string {
  return mapped(
    text,
    kind,
    (letter) => letter.toUpperCase(),
    (letter) => letter.toLowerCase(),
  )
}

export function lower(text: string, kind: TextKind): string {
  return mapped(
    text,
    kind,
    (letter) => letter.toLowerCase(),
    (letter) => letter.toUpperCase(),
  )
}

// A letter changes only if it can change back, as in the tables of Windows, and in varchar only to one of its code page.
function mapped(
  text: string,
  kind: TextKind,
  change: (letter: string) => string,
  changeBack: (letter: string) => string,
): string {
  return text.replace(/[a-z\u0080-\uffff]/gi, (letter) => {
    const other = change(letter)
    const fits = kind === 'nvarchar' || isOnCodePage(other)
    return changeBack(other) === letter && fits ? other : letter
  })
}
