"""Creates CloudFormation stacks in moto and says what moto then has of each resource.

Reads [{name, account, region, bucket, files, first, template, parameters}] from standard input and prints, for each,
{error, outputs, resources: {logicalId: {type, physicalId, properties}}}. The properties are what moto's own APIs
answer, by the names that CloudFormation gives them. `files` (key: path) are put into a bucket: `bucket`, made before,
or the output ServerlessDeploymentBucketName of the stack of `first`, which `template` then updates, as osls does.
"""

import ast
import json
import os
import sys
import traceback

import boto3
from moto import mock_aws


def read_role(session, name):
    iam = session.client("iam")
    role = iam.get_role(RoleName=name)["Role"]
    policies = [iam.get_role_policy(RoleName=name, PolicyName=one) for one in iam.list_role_policies(RoleName=name)["PolicyNames"]]
    return {
        **only(role, "RoleName", "Description", "MaxSessionDuration", "AssumeRolePolicyDocument"),
        "Policies": [{"PolicyName": one["PolicyName"], "PolicyDocument": to_document(one["PolicyDocument"])} for one in policies],
    }


def to_document(kept):
    """moto keeps the policy of a stack's role as Python writes it, and None for a statement that is AWS::NoValue."""
    document = ast.literal_eval(kept) if isinstance(kept, str) else kept
    return {**document, "Statement": [statement for statement in document["Statement"] if statement is not None]}


def read_managed_policy(session, arn):
    iam = session.client("iam")
    policy = iam.get_policy(PolicyArn=arn)["Policy"]
    version = iam.get_policy_version(PolicyArn=arn, VersionId=policy["DefaultVersionId"])["PolicyVersion"]
    return {**only(policy, "Description"), "PolicyDocument": version["Document"]}


def read_log_group(session, name):
    (group,) = session.client("logs").describe_log_groups(logGroupNamePrefix=name)["logGroups"]
    return {"LogGroupName": group["logGroupName"], "RetentionInDays": group.get("retentionInDays")}


def read_function(session, name):
    answer = session.client("lambda").get_function(FunctionName=name)
    names = "FunctionName Description Handler Runtime Role MemorySize Timeout Architectures Environment VpcConfig DeadLetterConfig"
    function = only(answer["Configuration"], *names.split())
    function.get("VpcConfig", {}).pop("VpcId", None)
    return {**function, "Code": {"Sha256": answer["Configuration"]["CodeSha256"]}, "Tags": tags(answer.get("Tags", {}))}


def read_permission(session, _):
    client = session.client("lambda")
    granted = []
    for function in client.list_functions()["Functions"]:
        try:
            granted += json.loads(client.get_policy(FunctionName=function["FunctionName"])["Policy"])["Statement"]
        except client.exceptions.ResourceNotFoundException:
            pass
    (statement,) = granted
    return {
        "FunctionName": statement["Resource"],
        "Action": statement["Action"],
        "Principal": statement["Principal"]["Service"],
        "SourceArn": statement["Condition"]["ArnLike"]["AWS:SourceArn"],
        "SourceAccount": statement["Condition"]["StringEquals"]["AWS:SourceAccount"],
    }


def read_key(session, key_id):
    kms = session.client("kms")
    try:
        return {
            "Description": kms.describe_key(KeyId=key_id)["KeyMetadata"]["Description"],
            "EnableKeyRotation": kms.get_key_rotation_status(KeyId=key_id)["KeyRotationEnabled"],
            "KeyPolicy": json.loads(kms.get_key_policy(KeyId=key_id, PolicyName="default")["Policy"]),
        }
    except TypeError:  # moto keeps the policy of a stack's key as an object, and then fails to parse it at every call.
        return {}


def read_alias(session, name):
    (alias,) = [one for one in session.client("kms").list_aliases()["Aliases"] if one["AliasName"] == name]
    return only(alias, "AliasName", "TargetKeyId")


def read_bucket(session, name):
    s3 = session.client("s3")
    (rule,) = s3.get_bucket_encryption(Bucket=name)["ServerSideEncryptionConfiguration"]["Rules"]
    return {
        "BucketName": name,
        "BucketEncryption": rule["ApplyServerSideEncryptionByDefault"],
        "VersioningConfiguration": only(s3.get_bucket_versioning(Bucket=name), "Status"),
    }


def read_topic(session, arn):
    attributes = session.client("sns").get_topic_attributes(TopicArn=arn)["Attributes"]
    return {"TopicName": attributes["TopicArn"].split(":")[-1], "KmsMasterKeyId": attributes.get("KmsMasterKeyId")}


def read_queue(session, url):
    attributes = session.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    return {
        "QueueName": attributes["QueueArn"].split(":")[-1],
        "MessageRetentionPeriod": int(attributes["MessageRetentionPeriod"]),
        "SqsManagedSseEnabled": attributes.get("SqsManagedSseEnabled") == "true",
    }


def read_state_machine(session, arn):
    states = session.client("stepfunctions")
    machine = states.describe_state_machine(stateMachineArn=arn)
    return {
        "StateMachineName": machine["name"],
        "StateMachineType": machine["type"],
        "RoleArn": machine["roleArn"],
        "DefinitionString": machine["definition"],
        "Tags": tags({tag["key"]: tag["value"] for tag in states.list_tags_for_resource(resourceArn=arn)["tags"]}),
    }


def read_event_bus(session, _):
    (bus,) = [one for one in session.client("events").list_event_buses()["EventBuses"] if one["Name"] != "default"]
    return {"Name": bus["Name"], "Policy": json.loads(bus["Policy"]) if "Policy" in bus else None}


def read_rule(session, name):
    events = session.client("events")
    rule = events.describe_rule(Name=name)
    targets = events.list_targets_by_rule(Rule=name)["Targets"]
    pattern = json.loads(rule["EventPattern"])
    return {"Name": rule["Name"], "Description": rule.get("Description"), "EventPattern": pattern, "Targets": targets}


READERS = {
    "AWS::IAM::Role": read_role,
    "AWS::IAM::ManagedPolicy": read_managed_policy,
    "AWS::Logs::LogGroup": read_log_group,
    "AWS::Lambda::Function": read_function,
    "AWS::Lambda::Permission": read_permission,
    "AWS::KMS::Key": read_key,
    "AWS::KMS::Alias": read_alias,
    "AWS::S3::Bucket": read_bucket,
    "AWS::SNS::Topic": read_topic,
    "AWS::SQS::Queue": read_queue,
    "AWS::StepFunctions::StateMachine": read_state_machine,
    "AWS::Events::EventBus": read_event_bus,
    "AWS::Events::Rule": read_rule,
}


def only(answer, *names):
    return {name: answer[name] for name in names if name in answer}


def tags(by_key):
    return [{"Key": key, "Value": value} for key, value in by_key.items()]


def open_session(job):
    role = f"arn:aws:iam::{job['account']}:role/OrganizationAccountAccessRole"
    keys = boto3.client("sts", region_name=job["region"]).assume_role(RoleArn=role, RoleSessionName="deploy")["Credentials"]
    return boto3.Session(keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"], region_name=job["region"])


def create(session, job):
    formation, s3 = session.client("cloudformation"), session.client("s3")
    bucket = job["bucket"]
    if job["first"] is None:
        s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": job["region"]})
    else:
        formation.create_stack(StackName=job["name"], TemplateBody=job["first"])
        bucket = outputs(formation, job["name"])["ServerlessDeploymentBucketName"]
    for key, path in job["files"].items():
        with open(path, "rb") as file:
            s3.put_object(Bucket=bucket, Key=key, Body=file.read())
    s3.put_object(Bucket=bucket, Key="template", Body=job["template"].encode())
    (formation.create_stack if job["first"] is None else formation.update_stack)(
        StackName=job["name"],
        TemplateURL=f"https://{bucket}.s3.{job['region']}.amazonaws.com/template",
        Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in job["parameters"].items()],
        Capabilities=["CAPABILITY_NAMED_IAM"],
    )


def outputs(formation, name):
    (stack,) = formation.describe_stacks(StackName=name)["Stacks"]
    if stack["StackStatus"] not in ("CREATE_COMPLETE", "UPDATE_COMPLETE"):
        raise RuntimeError(f"the stack is {stack['StackStatus']}")
    return {one["OutputKey"]: one["OutputValue"] for one in stack.get("Outputs", [])}


def read(session, job):
    formation = session.client("cloudformation")
    resources = {}
    for page in formation.get_paginator("list_stack_resources").paginate(StackName=job["name"]):
        # moto lists a resource that it does not make without any name.
        for one in (summary for summary in page["StackResourceSummaries"] if summary.get("LogicalResourceId")):
            physical = one.get("PhysicalResourceId")
            properties = READERS[one["ResourceType"]](session, physical)
            resources[one["LogicalResourceId"]] = {"type": one["ResourceType"], "physicalId": physical, "properties": properties}
    return {"error": None, "outputs": outputs(formation, job["name"]), "resources": resources}


def run(job):
    session = open_session(job)
    try:
        create(session, job)
    except Exception as error:  # Whatever moto throws at a template, its own bugs too, is the answer.
        print(traceback.format_exc(), file=sys.stderr)
        return {"error": f"{type(error).__name__}: {error}", "outputs": {}, "resources": {}}
    return read(session, job)


def main():
    jobs = json.load(sys.stdin)
    os.environ.update(AWS_ACCESS_KEY_ID="test", AWS_SECRET_ACCESS_KEY="test")
    with mock_aws():
        answers = [run(job) for job in jobs]
    # moto speaks on standard output too.
    print("\n" + json.dumps(answers, default=str))


if __name__ == "__main__":
    main()
