export { CertificateAuthority } from './certificates/certificate-authority.ts';
export { endCluster } from './cluster/end-cluster.ts';
export { TestCluster, type TestClusterOptions } from './cluster/test-cluster.ts';
export { ClusterStartError } from './errors.ts';
export { missingChartParts, missingParts } from './requirements/missing-parts.ts';
export { ensureChartTools, type ChartTools } from './components/chart-tools.ts';
export { ensureKubernetesSchemas } from './components/kubernetes-schemas.ts';
