// The code behind each page, read when it is first shown, so that what a page shows is what answers it.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import highlight from 'highlight.js/lib/core'
import typescript from 'highlight.js/lib/languages/typescript'

highlight.registerLanguage('typescript', typescript)

/**
 * Prepares the source files that pages show. They are in `src/` of the checkout, and build.ts copies them into `dist/`.
 *
 * @returns a function from a path, such as `src/routes/home.ts`, to HTML
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
