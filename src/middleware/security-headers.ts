// What browsers are told not to do with these pages.
import helmet from 'helmet'

export const securityHeaders = helmet({
  // As frame-ancestors below says, for browsers that know only this one.
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
      // On http://localhost it keeps Safari from loading the style sheet; App Service redirects to https anyway.
      upgradeInsecureRequests: null,
    },
  },
})
