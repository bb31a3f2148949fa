import pytest

from univocal.coders.choice import load_coder
from univocal.coders.llm.names import coder_name, family, kin, kin_warnings, model_of, repeat_of
from univocal.coders.protocol import Coder
from univocal.errors import CoderError


@pytest.mark.parametrize(
    "name", ["llm:", "llm:gpt", "llm:/x", "llm:a/", "llm:a/../b", "llm:a b/c", "trained", "llm:a/b\n"]
)
def test_a_name_without_provider_and_model_is_refused(name):
    with pytest.raises(CoderError, match="llm:PROVIDER/MODEL"):
        model_of(name)


@pytest.mark.parametrize("name", ["llm:a/b#1", "llm:a/b#0", "llm:a/b#x", "llm:a/b#"])
def test_a_repeat_is_a_number_from_two_on(name):
    with pytest.raises(CoderError, match="from 2 on"):
        repeat_of(name)


@pytest.mark.parametrize(
    "model", ["openai/gpt-x", "ollama/llama3.1:8b", "openai-api/local/smollm2", "hf/a/b-c.d"]
)
def test_names_and_models_are_each_others_inverse(model):
    assert model_of(coder_name(model)) == model_of(coder_name(model, 3)) == model
    assert repeat_of(coder_name(model, 3)) == 3


def test_a_language_model_is_chosen_like_any_coder():
    coder = load_coder("llm:openai/gpt-x")
    assert isinstance(coder, Coder)
    assert coder.name == "llm:openai/gpt-x"
    assert load_coder("llm:openai/gpt-x#2").name == "llm:openai/gpt-x#2"


def test_kin_are_of_one_family_whoever_serves_them():
    names = ["trained", "llm:anthropic/claude-a", "llm:bedrock/claude-b", "llm:ollama/llama3.1"]
    assert kin(names) == (("llm:anthropic/claude-a", "llm:bedrock/claude-b"),)
    assert "not independent" in kin_warnings(names)[0]
    assert kin_warnings(["Ann", "Bob", "llm:ollama/llama3.1"]) == ()


def test_the_family_is_the_models_first_word():
    assert family("llm:mistral/mistral-large-1") == family("llm:together/x/Mistral-7B") == "mistral"
