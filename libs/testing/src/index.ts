export { eventually } from './eventually.ts';
export { makeCertificate } from './make-certificate.ts';
export { ServiceProcess, type ServiceProcessOptions } from './service-process.ts';
export { temporaryFolder } from './temporary-folder.ts';
export { TestBrowser, type BrowsedServer } from './test-browser.ts';
export { TestPlatform } from './test-platform.ts';
