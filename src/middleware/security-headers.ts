// Security headers for every response.
import helmet from 'helmet'

export const securityHeaders = helmet({
  // The same as frame-ancestors below, for older browsers.
  xFrameOptions: { action: 'deny' },
  contentSecurityPolicy: {
    directives: {
      defaultSrc: ["'none'"],
      baseUri: ["'none'"],
      fontSrc: null,
      formAction: ["'self'"],
      frameAncestors: ["'none'"],
      imgSrc: ["'self'"],
      objectSrc: null,
      scriptSrc: null,
      scriptSrcAttr: null,
      styleSrc: ["'self'"],
      // It would keep Safari from loading the style sheet on http://localhost. App Service redirects to https anyway.
      upgradeInsecureRequests: null,
    },
  },
})
