// What a visitor can do about an error. The error page shows it below the detail.

const advice: Record<number, string> = {
  400: 'Correct the address, or start again from one of the pages above.',
  404: 'The address may be mistyped, or what was there may have been removed.',
  405: 'The pages of this site can only be read. Nothing there can be sent, changed or deleted.',
  409: 'Nothing about the address is wrong: the document is there, but cannot be read at this time.',
  412: 'Load the document again without the condition.',
  416: 'Ask for a range that begins within the document, or for all of it.',
  429: 'Each visitor may send a limited number of requests per minute. Wait a little, then continue.',
  500: 'Trying again may help. If it does not, whoever runs the site can find the cause with the id below.',
  502: 'Trying again often helps. If it does not, whoever runs the site can find the cause with the id below.',
  503: 'This usually passes. If it does not, whoever runs the site can find the cause with the id below.',
  504: 'Trying again often helps: what was slow the first time may be ready the second.',
}

/** Returns the advice for a status, and whether the error page offers to try again. */
export function adviceFor(status: number) {
  return {
    advice: advice[status] ?? 'Start again from one of the pages above.',
    canRetry: status === 429 || status >= 500,
  }
}
