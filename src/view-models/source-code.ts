// The code that pages show, highlighted. Read from the files that run, so that it is always up to date.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import highlight from 'highlight.js/lib/core'
import typescript from 'highlight.js/lib/languages/typescript'

highlight.registerLanguage('typescript', typescript)

/** The file of a source, such as `src/routes/home.ts` of `src/routes/home.ts#homeRoutes`. */
export function fileOf(source: string): string {
  return source.split('#', 1)[0] ?? source
}

/**
 * Reads a source: a file, or one function of it with the comment above, such as `src/routes/home.ts#homeRoutes`. The files are in
 * `src/`, and build.ts copies them to `dist/`.
 *
 * @returns the file, the lines that are shown, counted from 1, and their HTML
 * @throws {Error} if the file has no such function
 */
export function readSource(projectFolder: string, source: string) {
  const file = fileOf(source)
  const name = source.slice(file.length + 1)
  const lines = readFileSync(join(projectFolder, file), 'utf8').trimEnd().split('\n')
  const [first, last] = name ? linesOf(name, lines) : [0, lines.length - 1]
  if (first < 0 || last < 0) throw new Error(`${file} has no function ${name}.`)
  const code = lines.slice(first, last + 1).join('\n')
  let html: string | undefined
  return {
    file,
    first: first + 1,
    last: last + 1,
    /** Made when it is first shown, so that the site starts without. */
    get html() {
      html ??= highlight.highlight(code, { language: 'typescript' }).value
      return html
    },
  }
}

// The formatter guarantees that only the end of a function is a brace in the first column.
function linesOf(name: string, lines: string[]): [first: number, last: number] {
  const begins = new RegExp(`^(?:export )?(?:async )?function\\*? ${name}\\b`)
  const declaration = lines.findIndex((line) => begins.test(line))
  const last = lines.indexOf('}', declaration)
  let first = declaration
  while (/^(?:\/\*\*| \*|\/\/)/.test(lines[first - 1] ?? '')) first -= 1
  return [first, last]
}
