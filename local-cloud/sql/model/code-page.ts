// varchar holds code page 1252 only. Text without the N of N'…' passes through it, and loses what it has no letter for.

const letters = new TextDecoder('windows-1252').decode(Uint8Array.from({ length: 256 }, (_, byte) => byte))
const bytes = new Map([...letters].map((letter, byte) => [letter, byte]))
const QUESTION_MARK = 0x3f

/** Whether code page 1252 has this character. */
export function isOnCodePage(letter: string): boolean {
  return bytes.has(letter)
}

/** Replaces every character that code page 1252 does not have by a question mark, as SQL Server does. */
export function onCodePage(text: string): string {
  return text.replace(/[^\0-\x7f]/g, (letter) => (bytes.has(letter) ? letter : '?'))
}

export function toCodePage(text: string): Buffer {
  return Buffer.from(Array.from(text, (letter) => bytes.get(letter) ?? QUESTION_MARK))
}

export function fromCodePage(buffer: Uint8Array): string {
  return Array.from(buffer, (byte) => letters[byte]).join('')
}
