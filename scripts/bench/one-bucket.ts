import { App, Stack } from 'aws-cdk-lib';
import { Bucket } from 'aws-cdk-lib/aws-s3';

/** The smallest app that does something: what Node.js, tsx and CDK cost before there is anything to synthesize. */
const app = new App();
new Bucket(new Stack(app, 'OneBucket', { env: { account: '111111111111', region: 'us-east-1' } }), 'Bucket');
app.synth();
