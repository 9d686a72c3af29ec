// The code behind each page, read when the site starts, so that what a page shows is what answers it.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Reads the source files that pages show. They are in `src/` of the checkout, and build.ts copies them into `dist/`.
 *
 * @returns HTML by path, such as `src/routes/home.ts`
 */
export function readSourceCode(projectFolder: string): Record<string, string> {
  const paths = ['src/routes', 'src/azure'].flatMap((folder) =>
    readdirSync(join(projectFolder, folder)).map((name) => `${folder}/${name}`),
  )
  return Object.fromEntries(
    paths.map((path) => [path, highlight(readFileSync(join(projectFolder, path), 'utf8').trimEnd())]),
  )
}

const kinds = {
  comment: /\/\/.*|\/\*[\s\S]*?\*\//,
  string: /'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`/,
  // A regular expression, told from a division by what stands before it: a quote in it must not begin a string.
  pattern: /(?<=[\s(,=:!&|?[])\/(?![\s/*])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\/[a-z]*/,
  keyword:
    /\b(?:as|async|await|catch|class|const|else|export|extends|finally|for|from|function|if|import|in|interface|let|new|null|of|override|private|public|readonly|return|static|this|throw|try|type|typeof|undefined|void|while)\b/,
}
const token = new RegExp(
  Object.entries(kinds)
    .map(([kind, { source }]) => `(?<${kind}>${source})`)
    .join('|'),
  'g',
)

/** TypeScript as HTML, with comments, strings and keywords marked. */
export function highlight(code: string): string {
  let html = ''
  let end = 0
  for (const match of code.matchAll(token)) {
    const kind = Object.entries(match.groups ?? {}).find(([, text]) => text !== undefined)?.[0]
    html += `${escaped(code.slice(end, match.index))}<span class="${kind}">${escaped(match[0])}</span>`
    end = match.index + match[0].length
  }
  return html + escaped(code.slice(end))
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
