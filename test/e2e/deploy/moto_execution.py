"""Executes a state machine, Distributed Maps and all, in moto's engine; a fresh process per execution.

Reads {definition, input, name, bridge} from standard input and prints {status, error, cause, states}. The engine's
calls to Lambda and S3 go to the bridge, a server of the test on loopback.
"""

import io
import json
import sys
import time
import urllib.request

import boto3
from moto import mock_aws
from moto.stepfunctions.parser.asl.component.state.exec.state_map.item_reader.eval import resource_eval_s3 as reader
from moto.stepfunctions.parser.asl.component.state.exec.state_map.result_writer.resource_eval import (
    resource_eval_s3 as writer,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_task import lambda_eval_utils

TIME_LIMIT_S = 300


class Bridge:
    """Stands for the clients of Lambda and of S3."""

    def __init__(self, url):
        self.url = url

    def post(self, path, body):
        request = urllib.request.Request(
            f"{self.url}/{path}", data=json.dumps(body).encode(), headers={"content-type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=TIME_LIMIT_S) as answer:
            return json.load(answer)

    def invoke(self, **parameters):
        event = json.loads(parameters["Payload"])
        answer = self.post("invoke", {"functionName": parameters["FunctionName"], "event": event})
        payload = io.BytesIO(json.dumps(answer["payload"]).encode())
        failed = {"FunctionError": "Unhandled"} if answer["failed"] else {}
        return {"StatusCode": 200, "ExecutedVersion": "$LATEST", "Payload": payload, **failed}

    def get_object(self, **parameters):
        answer = self.post("get", {"bucket": parameters["Bucket"], "key": parameters["Key"]})
        items = [json.loads(line) for line in answer["body"].splitlines()]
        return {"Body": io.BytesIO(json.dumps(items).encode())}

    def put_object(self, **parameters):
        body = parameters["Body"]
        text = body if isinstance(body, str) else body.decode()
        return self.post("put", {"bucket": parameters["Bucket"], "key": parameters["Key"], "body": text})


def in_the_engines_words(node):
    """The engine's grammar takes the tolerance with a decimal point only, and knows no JSON Lines (Bridge.get_object)."""
    if isinstance(node, list):
        return [in_the_engines_words(item) for item in node]
    if not isinstance(node, dict):
        return {"JSONL": "JSON"}.get(node, node) if isinstance(node, str) else node
    return {
        key: float(value) if key == "ToleratedFailurePercentage" else in_the_engines_words(value)
        for key, value in node.items()
    }


def execute(job):
    bridge = Bridge(job["bridge"])
    for module in (reader, writer, lambda_eval_utils):
        module.boto_client_for = lambda **_: bridge
    machine = boto3.client("stepfunctions", region_name="eu-central-1", aws_access_key_id="a", aws_secret_access_key="b")
    arn = machine.create_state_machine(
        name="ringfence-prod",
        definition=json.dumps(in_the_engines_words(job["definition"])),
        roleArn="arn:aws:iam::123456789012:role/ringfence-prod-state-machine",
    )["stateMachineArn"]
    started = machine.start_execution(stateMachineArn=arn, name=job["name"], input=json.dumps(job["input"]))
    execution = started["executionArn"]
    end = time.monotonic() + TIME_LIMIT_S
    while (found := machine.describe_execution(executionArn=execution))["status"] == "RUNNING":
        if time.monotonic() > end:
            raise TimeoutError("the execution did not end in time")
        time.sleep(0.1)
    history = machine.get_execution_history(executionArn=execution, maxResults=1000)["events"]
    states = [event["stateEnteredEventDetails"]["name"] for event in history if "stateEnteredEventDetails" in event]
    return {
        "status": found["status"],
        "error": found.get("error"),
        "cause": found.get("cause"),
        "states": states,
    }


if __name__ == "__main__":
    with mock_aws(config={"stepfunctions": {"execute_state_machine": True}}):
        outcome = execute(json.load(sys.stdin))
    json.dump(outcome, sys.stdout)
