// Decimals as whole numbers with a scale: -12.30 is -1230 with a scale of 2.

/** Moves the point, and rounds half away from zero when digits are lost. */
export function rescaled(digits: bigint, from: number, to: number): bigint {
  if (to >= from) return digits * 10n ** BigInt(to - from)
  const unit = 10n ** BigInt(from - to)
  const half = digits < 0n ? -unit / 2n : unit / 2n
  return (digits + half) / unit
}

/** Takes '-12.30' apart into -1230 and 2. */
export function decimalDigits(text: string): [digits: bigint, scale: number] {
  const [whole = '', fraction = ''] = text.replace('+', '').split('.')
  return [BigInt(`${whole === '-' || whole === '' ? `${whole}0` : whole}${fraction}`), fraction.length]
}

/**
 * Writes a float without an exponent. 15 digits are what it is good for: more would turn 1.005 into 1.00499999999999989.
 */
export function plainNotation(value: number): string {
  const [mantissa = '', exponent = '0'] = value.toExponential(14).split('e')
  const [digits, scale] = decimalDigits(mantissa)
  return decimalToText(...withScale(digits, scale - Number(exponent)))
}

function withScale(digits: bigint, scale: number): [digits: bigint, scale: number] {
  return scale >= 0 ? [digits, scale] : [digits * 10n ** BigInt(-scale), 0]
}

export function decimalToText(digits: bigint, scale: number): string {
  if (scale === 0) return String(digits)
  const text = String(digits < 0n ? -digits : digits).padStart(scale + 1, '0')
  return `${digits < 0n ? '-' : ''}${text.slice(0, -scale)}.${text.slice(-scale)}`
}
