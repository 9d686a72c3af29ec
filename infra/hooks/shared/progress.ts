// Prints the progress of a hook, with the symbols that azd uses itself.

export const progress = {
  heading: (text: string) => console.log(`\n${text}`),
  done: (text: string) => console.log(`  (✓) ${text}`),
  skipped: (text: string) => console.log(`  (-) ${text}`),
  waiting: (text: string) => console.log(`  (…) ${text}`),
  warning: (text: string) => console.log(`  (!) ${text}`),
  /** Text without a symbol, such as a command to copy. */
  plain: (text: string) => console.log(text),
}
