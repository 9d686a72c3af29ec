// What a hook prints while it works, with the marks that azd uses itself.

export const progress = {
  heading: (text: string) => console.log(`\n${text}`),
  done: (text: string) => console.log(`  (✓) ${text}`),
  skipped: (text: string) => console.log(`  (-) ${text}`),
  waiting: (text: string) => console.log(`  (…) ${text}`),
  warning: (text: string) => console.log(`  (!) ${text}`),
  /** To be read, or copied, as it stands. */
  plain: (text: string) => console.log(text),
}
