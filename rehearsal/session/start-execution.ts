// Runs in the remote's post-receive hook: <pipeline> <source action> <commit>
import { CodePipelineClient, StartPipelineExecutionCommand } from '@aws-sdk/client-codepipeline';

const [name, actionName, revisionValue] = process.argv.slice(2);
const sourceRevisions = [{ actionName, revisionType: 'COMMIT_ID' as const, revisionValue }];
new CodePipelineClient()
  .send(new StartPipelineExecutionCommand({ name, sourceRevisions }))
  .then(({ pipelineExecutionId }) => console.log(`execution ${pipelineExecutionId} of ${name} started`))
  .catch((error: Error) => {
    console.error(`the pipeline ${name} could not be started: ${error.message}`);
    process.exitCode = 1;
  });
