// Compression for pages, style sheet and JSON.
import compression from 'compression'

/**
 * Downloads are not compressed: their length and ranges refer to the stored bytes, and a document may be stored with a content
 * encoding already.
 */
export const compress = compression({
  filter: (req, res) => !res.hasHeader('Content-Disposition') && compression.filter(req, res),
})
