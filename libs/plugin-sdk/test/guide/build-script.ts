import { scaffoldPlugin } from '@made-open/plugin-sdk';
import { writeFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
const files = scaffoldPlugin({
pluginId: 'com.example.my-connector',
pluginName: 'My Connector',
type: 'connector',
author: 'Your Name',
outDir: 'apps/hub/plugins/connectors/my-connector',
});
const outDir = 'apps/hub/plugins/connectors/my-connector';
mkdirSync(join(outDir, 'src'), { recursive: true });
for (const [relativePath, content] of Object.entries(files)) {
writeFileSync(join(outDir, relativePath), content, 'utf-8');
}
