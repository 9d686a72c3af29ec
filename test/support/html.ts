// Just enough to look at a page through HTTP. What needs a real document is in test/e2e/.

/** The text of some HTML as a reader sees it: no tags, and spaces as one. */
export function textOf(html: string): string {
  return unescapeHtml(html.replaceAll(/<[^>]*>/g, ' '))
    .replaceAll(/\s+/g, ' ')
    .trim()
}

/** The addresses that a page links to. */
export function linksIn(html: string): string[] {
  return [...html.matchAll(/<a [^>]*?href="([^"]*)"/g)].map(([, url]) => unescapeHtml(url ?? ''))
}

/** Undoes what EJS and highlight.js escape. */
export function unescapeHtml(html: string): string {
  const quotes = { '&#34;': '"', '&quot;': '"', '&#39;': "'", '&#x27;': "'" }
  const entities = { '&lt;': '<', '&gt;': '>', ...quotes, '&amp;': '&' }
  return Object.entries(entities).reduce((text, [entity, letter]) => text.replaceAll(entity, letter), html)
}
