// Sets a few lines of text as a PDF of one page, small enough to write by hand.

/** A page with a heading and lines below it. Plain Latin text only: the fonts are the reader's own. */
export function onePage(heading: string, lines: string[]): Buffer {
  const content = [
    '0.15 0.13 0.33 rg 0 782 595 60 re f', // a band across the top
    `1 1 1 rg BT /Bold 22 Tf 56 803 Td ${text(heading)} Tj ET`,
    `0.1 0.1 0.1 rg BT /Plain 12 Tf 56 740 Td 20 TL ${lines.map((line) => `${text(line)} Tj T*`).join(' ')} ET`,
  ].join('\n')
  return assemble([
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /Plain 5 0 R /Bold 6 0 R >> >> >>',
    `<< /Length ${content.length} >>\nstream\n${content}\nendstream`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>',
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold /Encoding /WinAnsiEncoding >>',
  ])
}

const text = (line: string) => `(${line.replace(/[\\()]/g, '\\$&')})`

/** Numbers the objects and ends with the table that says at which byte each begins. */
function assemble(objects: string[]): Buffer {
  let file = '%PDF-1.4\n'
  const offsets = objects.map((object, index) => {
    const offset = file.length
    file += `${index + 1} 0 obj\n${object}\nendobj\n`
    return offset
  })
  const table = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('')
  const size = objects.length + 1
  const start = file.length
  file += `xref\n0 ${size}\n0000000000 65535 f \n${table}trailer\n<< /Size ${size} /Root 1 0 R >>\nstartxref\n${start}\n%%EOF\n`
  return Buffer.from(file, 'latin1')
}
