// What a visitor can do about an error, beside what `detail` says.

const advice: Record<number, string> = {
  400: 'Correct the address, or start again from one of the pages above.',
  404: 'The address may be mistyped, or what was there may have been removed.',
  405: 'This site only shows things. There is nothing here to send, change or delete.',
  409: 'Nothing about the address is wrong: the document is there, but cannot be read at this time.',
  412: 'Load the document again without the condition.',
  416: 'Ask for a range that begins within the document, or for all of it.',
  429: 'Each visitor may ask so many times a minute. Wait a little, then go on where you were.',
  500: 'Trying again may help. If it does not, whoever runs the site can find the cause with the id below.',
  502: 'Trying again often helps. If it does not, whoever runs the site can find the cause with the id below.',
  503: 'This usually passes. If it does not, whoever runs the site can find the cause with the id below.',
  504: 'Trying again often helps: what was slow the first time may be ready the second.',
}

/** What the error page says beside `detail`, and whether it offers to try again. */
export function adviceFor(status: number) {
  return {
    advice: advice[status] ?? 'Start again from one of the pages above.',
    canRetry: status === 429 || status >= 500,
  }
}
