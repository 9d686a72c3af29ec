// The source code of each page, highlighted. Read from the files that run, so that it is always up to date.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import highlight from 'highlight.js/lib/core'
import typescript from 'highlight.js/lib/languages/typescript'

highlight.registerLanguage('typescript', typescript)

/**
 * Creates a function that returns the HTML of a source file, such as `src/routes/home.ts`. The files are in `src/`, and
 * build.ts copies them to `dist/`.
 */
export function createSourceCode(projectFolder: string): (path: string) => string {
  const shown = new Map<string, string>()

  return (path) => {
    const known = shown.get(path)
    if (known) return known
    const code = readFileSync(join(projectFolder, path), 'utf8').trimEnd()
    const html = highlight.highlight(code, { language: 'typescript' }).value
    shown.set(path, html)
    return html
  }
}
