// What browsers are told not to do with these pages.
import helmet from 'helmet'

export const securityHeaders = helmet({
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
      // On http://localhost it keeps Safari from loading the style sheet; App Service redirects to https anyway.
      upgradeInsecureRequests: null,
    },
  },
})
