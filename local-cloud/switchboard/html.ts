// HTML in template literals, with every value escaped.

/** HTML that needs no escaping. */
class Html {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
  toString(): string {
    return this.text
  }
}

export type { Html }

type Value = Html | Html[] | string | number | false | undefined

/** Escapes the values, unless they are HTML themselves; `false` and undefined print nothing. */
export function html(parts: TemplateStringsArray, ...values: Value[]): Html {
  return new Html(parts.reduce((text, part, index) => text + print(values[index - 1]) + part))
}

function print(value: Value): string {
  if (value === undefined || value === false) return ''
  if (Array.isArray(value)) return value.join('')
  return value instanceof Html ? value.text : escaped(String(value))
}

const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (letter) => entities[letter] ?? letter)
}
